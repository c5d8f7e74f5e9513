/* SPDX-License-Identifier: GPL-2.0-or-later OR Apache-2.0 */
/*
 * The ABI of xt_RTPENGINE: the option of the iptables target, the messages that a daemon writes to
 * /proc/rtpengine/N/control, and what it reads from /proc/rtpengine/N/blist. docs/kernel-abi.md explains it.
 *
 * Fixed-width types, no pointers, no bit-fields, no implicit padding; reserved bytes are zero (and refused if
 * not). Numbers are in host order unless they are __be. A change of any size or meaning is a new version.
 */
#ifndef XT_RTPENGINE_UAPI_H
#define XT_RTPENGINE_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RTPENGINE_ABI_VERSION 4u

#define RTPENGINE_MAX_DESTINATIONS 16
#define RTPENGINE_MAX_PAYLOAD_TYPES 16 /* that are told apart; the others are counted together */
#define RTPENGINE_MAX_SOURCES 4	       /* SSRCs, per stream and direction, likewise */
#define RTPENGINE_MAX_MKI 32
#define RTPENGINE_SOURCE_SILENT 10 /* s */

/* ---- iptables -j RTPENGINE --id N; target "RTPENGINE", revision 0 ---------------------------------- */

struct xt_rtpengine_info {
	__u32 id;
	__u32 reserved;
	__u64 kernel; /* its own; 0 */
};

/* ---- parts ------------------------------------------------------------------------------------------ */

enum rtpengine_family {
	RTPENGINE_NO_ADDRESS = 0,
	RTPENGINE_IPV4 = 4,
	RTPENGINE_IPV6 = 6,
};

struct rtpengine_endpoint {
	__u8 address[16]; /* network order; IPv4: the first 4 bytes, the others 0 */
	__be16 port;
	__u8 family; /* enum rtpengine_family */
	__u8 reserved;
	__u32 scope; /* interface index of a link-local IPv6 address, else 0 */
};

struct rtpengine_counters {
	__u64 packets;
	__u64 bytes; /* UDP payload */
	__u64 errors;
};

/* One SSRC of an incoming RTP stream, RFC 3550 appendix A. */
struct rtpengine_source {
	__u32 ssrc;
	__u32 jitter; /* 16 times, in timestamp units: RFC 3550 appendix A.8; 0 while no clock rate is known */
	__u64 packets, bytes;
	__u64 highest; /* sequence number, wraps counted in the bits above 16 */
	__u64 window;  /* bit n: highest - n was seen; 0: nothing was */
	__u64 lost, duplicates;
	__u32 timestamp; /* of the latest packet */
	__u32 transit;	 /* of the latest packet: arrival minus timestamp, for the jitter */
};

enum rtpengine_cipher {
	RTPENGINE_CIPHER_NULL = 0,
	RTPENGINE_AES_CM_128 = 1, /* RFC 3711 */
	RTPENGINE_AES_CM_192 = 2, /* RFC 6188 */
	RTPENGINE_AES_CM_256 = 3,
	RTPENGINE_AES_GCM_128 = 4, /* RFC 7714; authentication is part of it, `auth` must be NULL */
	RTPENGINE_AES_GCM_256 = 5,
};

enum rtpengine_auth {
	RTPENGINE_AUTH_NULL = 0,
	RTPENGINE_HMAC_SHA1_80 = 1,
	RTPENGINE_HMAC_SHA1_32 = 2, /* 32 bits for RTP, 80 for RTCP: RFC 4568 section 6.2 */
};

enum rtpengine_srtp_flags {
	RTPENGINE_SRTP = 1,		     /* the side is protected at all */
	RTPENGINE_SRTP_UNENCRYPTED = 2,	     /* RFC 4568 section 6.3.2 */
	RTPENGINE_SRTCP_UNENCRYPTED = 4,     /* likewise */
	RTPENGINE_SRTP_UNAUTHENTICATED = 8,  /* RTP only; RTCP is always authenticated unless `auth` is NULL */
	/*
	 * Userspace goes on using the same keys. What is its own goes there before anything is done to it: SSRCs that
	 * are not in `srtp_sources`, RTP up to the index that is given there, and all RTCP.
	 */
	RTPENGINE_SRTP_SHARED = 16,
};

/* The protection of one side: keys as they stand in SDES or come from DTLS, session keys are derived here. */
struct rtpengine_srtp {
	__u8 flags;  /* enum rtpengine_srtp_flags; 0: plain RTP, everything else 0 too */
	__u8 cipher; /* enum rtpengine_cipher */
	__u8 auth;   /* enum rtpengine_auth */
	__u8 mki_length;
	__u8 reserved[4];
	__u8 master_key[32];  /* 16, 24 or 32 bytes by cipher; NULL: 16 */
	__u8 master_salt[16]; /* 14 bytes, AES-GCM: 12 */
	__u8 mki[RTPENGINE_MAX_MKI];
};

/* One SSRC's roll-over counter and replay window, RFC 3711 section 3.2.1 and 3.3. */
struct rtpengine_srtp_source {
	__u32 ssrc;
	__u32 flags;	     /* enum rtpengine_srtp_source_flags; 0: unused */
	__u64 rtp_index;     /* ROC << 16 | SEQ: highest received, or highest sent */
	__u64 rtp_window[2]; /* bit n (of 128): rtp_index - n was received, or sent */
	__u32 rtcp_index;    /* highest received, or last sent; 31 bits */
	__u32 reserved;
	__u64 rtcp_window[2];
};

enum rtpengine_srtp_source_flags {
	RTPENGINE_SRTP_SOURCE_RTP = 1,	/* rtp_index and its window are valid */
	RTPENGINE_SRTP_SOURCE_RTCP = 2, /* rtcp_index and its window are valid */
};

/* ---- a stream: one local port and what to do with its packets ---------------------------------------- */

/* What the port carries. What a component does not carry goes to userspace, as do STUN and DTLS always. */
enum rtpengine_component {
	RTPENGINE_ANY = 0,   /* UDP of any kind */
	RTPENGINE_RTP = 1,   /* RTCP that comes nevertheless goes the way of RTP */
	RTPENGINE_RTCP = 2,
	RTPENGINE_MUXED = 3, /* told apart by RFC 5761 */
};

enum rtpengine_mismatch {
	RTPENGINE_MISMATCH_IGNORE = 0,	  /* packets from any source are forwarded */
	RTPENGINE_MISMATCH_DROP = 1,	  /* and counted as errors */
	RTPENGINE_MISMATCH_USERSPACE = 2, /* somebody has to look at it */
};

enum rtpengine_stream_flags {
	RTPENGINE_PAYLOAD_TYPES = 1,  /* RTP of payload types that are not listed goes to userspace */
	RTPENGINE_COUNT_SOURCES = 2,  /* loss, duplicates, jitter by SSRC; packets by payload type, listed or not */
	RTPENGINE_BLACKHOLE = 4,      /* count, then drop; no destinations */
	RTPENGINE_DROP_RTP = 8,	      /* count RTP but forward RTCP only */
};

struct rtpengine_payload_type {
	__u8 type; /* 0..127 */
	__u8 reserved[3];
	__u32 clock_rate; /* Hz; 0: not known */
};

enum rtpengine_takes {
	RTPENGINE_TAKES_RTP = 1,
	RTPENGINE_TAKES_RTCP = 2,
	RTPENGINE_TAKES_OTHER = 4, /* what an ANY port receives */
};

struct rtpengine_destination {
	__u64 stream; /* the daemon's name for where this leads; returned with the counters */
	struct rtpengine_endpoint from;
	struct rtpengine_endpoint to; /* of `from`'s family */
	__u8 takes;		      /* enum rtpengine_takes */
	__u8 tos;		      /* TOS or traffic class */
	__u8 ttl;		      /* TTL or hop limit; 0: 64 */
	__u8 reserved[5];
	struct rtpengine_srtp srtp; /* protection that is put on */
	struct rtpengine_srtp_source srtp_sources[RTPENGINE_MAX_SOURCES]; /* to go on from */
};

struct rtpengine_stream {
	__u64 id; /* the daemon's name for it, not 0 */
	struct rtpengine_endpoint local;
	struct rtpengine_endpoint source; /* expected; may be none with MISMATCH_IGNORE */
	__u8 component;			  /* enum rtpengine_component */
	__u8 mismatch;			  /* enum rtpengine_mismatch */
	__u8 flags;			  /* enum rtpengine_stream_flags */
	__u8 n_payload_types;
	__u8 n_sources;
	__u8 n_destinations;
	__u8 reserved[2];
	struct rtpengine_payload_type payload_types[RTPENGINE_MAX_PAYLOAD_TYPES];
	struct rtpengine_source sources[RTPENGINE_MAX_SOURCES]; /* to go on from */
	struct rtpengine_srtp srtp;				/* protection that is taken off */
	struct rtpengine_srtp_source srtp_sources[RTPENGINE_MAX_SOURCES]; /* to go on from */
	/* followed by n_destinations struct rtpengine_destination */
};

/* ---- what became of it: blist, and the answers to SET, DELETE and GET -------------------------------- */

struct rtpengine_payload_type_state {
	__u8 type;
	__u8 reserved[7];
	__u64 packets;
	__u64 bytes;
};

struct rtpengine_destination_state {
	__u64 stream;
	struct rtpengine_counters out; /* errors: no route, no memory, no encryption */
	__u8 n_srtp_sources;
	__u8 reserved[7];
};

enum rtpengine_life {
	RTPENGINE_WITHDRAWN = 1, /* no new packet finds it; it is there until FORGET */
	RTPENGINE_FINAL = 2,	 /* and no packet is on its way through it: nothing of this will change */
};

/*
 * What was counted since the stream came into the table, by the rules that it has had, one after another. Destinations
 * are those of the first of them.
 *
 * Followed, without gaps, by n_payload_types payload type states, n_sources sources, n_srtp_sources SRTP
 * sources, n_destinations destination states, and for each of these in turn its SRTP sources. In blist there
 * are no SRTP sources. All are 8-byte aligned.
 */
struct rtpengine_state {
	__u32 size; /* of all of this */
	__u8 n_payload_types;
	__u8 n_sources;
	__u8 n_srtp_sources;
	__u8 n_destinations;
	__u64 id;
	struct rtpengine_endpoint local;
	struct rtpengine_counters in; /* errors: wrong source, bad tag, replayed */
	__u64 to_userspace;	      /* packets that were seen and left to userspace */
	__u64 last_seen;	      /* CLOCK_BOOTTIME, ns, to some ms; 0: nothing yet */
	__u64 other_packets;	      /* RTP of SSRCs for which there was no place */
	__u64 other_bytes;
	__u64 other_types; /* packets of payload types for which there was no place */
	__u32 ssrc;	   /* of the latest RTP packet */
	__u8 tos;	   /* of the latest packet */
	__u8 life;	   /* enum rtpengine_life */
	__u8 reserved[2];
};

#define RTPENGINE_MAX_STATE_SIZE                                                                              \
	(sizeof(struct rtpengine_state) +                                                                     \
	 RTPENGINE_MAX_PAYLOAD_TYPES * sizeof(struct rtpengine_payload_type_state) +                          \
	 RTPENGINE_MAX_SOURCES * (sizeof(struct rtpengine_source) + sizeof(struct rtpengine_srtp_source)) +   \
	 RTPENGINE_MAX_DESTINATIONS * (sizeof(struct rtpengine_destination_state) +                           \
				       RTPENGINE_MAX_SOURCES * sizeof(struct rtpengine_srtp_source)))

/* ---- commands on /proc/rtpengine/N/control ------------------------------------------------------------- */

/*
 * A message is one write(2) (no answer), or one ioctl(2) RTPENGINE_CALL that leaves the answer where the
 * message was. Either all of it is done or, with an error, nothing.
 */
struct rtpengine_header {
	__u32 command;	/* enum rtpengine_command */
	__u32 size;	/* of the message, this included; in the answer: of the answer */
	__u32 capacity; /* ioctl: bytes that the answer may take, this included; write: not looked at */
	__u32 reserved;
};

#define RTPENGINE_CALL _IOWR('R', 0x52, struct rtpengine_header)

enum rtpengine_command {
	RTPENGINE_HELLO = 1,  /* comes first: struct rtpengine_hello; the answer is the module's own */
	RTPENGINE_SET = 2,    /* struct rtpengine_set; the answer: rtpengine_state, if it replaced a rule */
	RTPENGINE_DELETE = 3, /* struct rtpengine_key; the answer: rtpengine_state. Again: the same */
	RTPENGINE_GET = 4,    /* struct rtpengine_key; the answer: rtpengine_state, of what was withdrawn too */
	RTPENGINE_FORGET = 5, /* struct rtpengine_key; no answer. The counters of what was withdrawn go */
};

/*
 * EPROTO: another version or other sizes (the answer tells), or no HELLO yet. EINVAL: unknown command, wrong
 * size, a value out of its range. EMSGSIZE: the answer may not fit. ENOENT: no such stream. EEXIST: the local
 * endpoint belongs to a stream of another id. ESTALE: SET, a destination for which the stream has no counters. EBUSY:
 * FORGET, not withdrawn. EAGAIN: FORGET, not final yet; SET, too many former rules wait for packets that are on their
 * way. ENOSPC: too many streams. ENOMEM, EFAULT. EOPNOTSUPP: this kernel lacks the cipher.
 */
struct rtpengine_hello {
	struct rtpengine_header header;
	__u32 version;
	__u32 table; /* answer only */
	__u32 stream_size, destination_size, state_size, destination_state_size;
};

enum rtpengine_set_flags {
	/*
	 * Replacing: SRTP sources of the predecessor go on where the keys are the same; those given here are not
	 * used.
	 */
	RTPENGINE_KEEP_SRTP = 1,
};

/*
 * Adds the stream or replaces the rule of the same id and local endpoint: at no moment is there neither. All counters go
 * on, so packets that are on their way through the former rule are counted as well, once; `sources` given here are not
 * used then. Destinations lead where those of the first rule led (by `stream`), to all or some of them, whatever the
 * addresses. A stream that was withdrawn and is not forgotten comes back like this.
 *
 * An SSRC that was silent for RTPENGINE_SOURCE_SILENT seconds gives its place to a new one. Without such a
 * place the new one is counted with the others.
 */
struct rtpengine_set {
	struct rtpengine_header header;
	__u32 flags; /* enum rtpengine_set_flags */
	__u32 reserved;
	struct rtpengine_stream stream; /* followed by its destinations */
};

struct rtpengine_key {
	struct rtpengine_header header;
	__u64 id;
	struct rtpengine_endpoint local;
};

#ifdef __cplusplus
#define RTPENGINE_ASSERT_SIZE(type, bytes) static_assert(sizeof(struct type) == (bytes), #type)
#else
#define RTPENGINE_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#endif
RTPENGINE_ASSERT_SIZE(xt_rtpengine_info, 16);
RTPENGINE_ASSERT_SIZE(rtpengine_endpoint, 24);
RTPENGINE_ASSERT_SIZE(rtpengine_counters, 24);
RTPENGINE_ASSERT_SIZE(rtpengine_source, 64);
RTPENGINE_ASSERT_SIZE(rtpengine_srtp, 88);
RTPENGINE_ASSERT_SIZE(rtpengine_srtp_source, 56);
RTPENGINE_ASSERT_SIZE(rtpengine_destination, 376);
RTPENGINE_ASSERT_SIZE(rtpengine_stream, 760);
RTPENGINE_ASSERT_SIZE(rtpengine_payload_type_state, 24);
RTPENGINE_ASSERT_SIZE(rtpengine_destination_state, 40);
RTPENGINE_ASSERT_SIZE(rtpengine_state, 112);
RTPENGINE_ASSERT_SIZE(rtpengine_header, 16);
RTPENGINE_ASSERT_SIZE(rtpengine_hello, 40);
RTPENGINE_ASSERT_SIZE(rtpengine_set, 784);
RTPENGINE_ASSERT_SIZE(rtpengine_key, 48);
#undef RTPENGINE_ASSERT_SIZE

#endif
