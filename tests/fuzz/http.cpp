// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP request: its end is found in any number of pieces; what is read of it holds no end of a line, and one length.
#include <cstdlib>
#include <string>
#include <string_view>

#include "edge/http/request.h"
#include "edge/ws/upgrade.h"

using namespace rtpengine::edge;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto length = http::head_length(input, 0);
    std::size_t found = 0, looked = 0;
    for (std::size_t come = 1; come <= size && !found; ++come) {
        found = http::head_length(input.substr(0, come), looked);
        looked = come;
    }
    require(found == length && length <= size);
    const auto request = http::parse_head(input.substr(0, length ? length : size));
    if (!request) return 0;
    for (const auto& [name, value] : request->headers)
        require(!name.empty() && name.find_first_of("\r\n: ") == std::string::npos && value.find_first_of("\r\n") == std::string::npos);
    require(!request->header("transfer-encoding"));
    require(request->query("token").value_or("").size() <= size);
    if (ws::wanted(*request)) require(!ws::accept_of(*request) || ws::accept_of(*request)->size() == 28);
    return 0;
}
