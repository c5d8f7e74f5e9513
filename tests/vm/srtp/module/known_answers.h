/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KNOWN_ANSWERS_H
#define KNOWN_ANSWERS_H

/* The examples of the RFCs, in plain C and with vectors; and both compared for all lengths. -EBADMSG: wrong. */
int known_answers(void);

#endif
