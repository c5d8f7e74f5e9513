// SPDX-License-Identifier: Apache-2.0
#include "common/uv/watch.h"

#include <new>

#include <uv.h>

namespace rtpengine::uv {

Watch::Watch(Loop& loop, int fd, std::function<void()> ready) : callback_(std::move(ready)), handle_(new uv_poll_t) {
    handle_->data = &callback_;
    if (uv_poll_init(loop.get(), handle_, fd) == 0) return;
    delete handle_;
    throw std::bad_alloc();
}

Watch::~Watch() {
    handle_->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle_), [](uv_handle_t* closed) { delete reinterpret_cast<uv_poll_t*>(closed); });
}

// What is wrong with the socket is found out by whoever reads it.
void Watch::want(bool read, bool write) {
    const int wanted = (read ? UV_READABLE : 0) | (write ? UV_WRITABLE : 0);
    if (wanted == wanted_) return;
    wanted_ = wanted;
    if (!wanted) {
        uv_poll_stop(handle_);
        return;
    }
    uv_poll_start(handle_, wanted, [](uv_poll_t* handle, int, int) {
        if (handle->data) (*static_cast<std::function<void()>*>(handle->data))();
    });
}

} // namespace rtpengine::uv
