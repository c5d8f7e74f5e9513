// SPDX-License-Identifier: Apache-2.0
// A draft is a copy of a call that a request may change as it likes: nobody sees it before it is put in place.
#pragma once

#include <functional>
#include <memory>

#include "control/call/model.h"

namespace rtpengine::call {

// Parties, media and ports are copies of their own; leases of ports are shared.
std::shared_ptr<Call> draft_of(const Call& call);

// The call is what the draft says from now on. Its identity and its queue stay.
void put_in_place(Call& call, Call& draft);

// There is no draft any more: books what has come meanwhile.
void end_draft(Call& call);

// Figures that come in while a request has a draft would be lost with it, or with what it replaces: `book` is called when the
// call is what it will be, now or at the end of the change.
void book_later(Call& call, std::function<void(Call&)> book);

} // namespace rtpengine::call
