// SPDX-License-Identifier: Apache-2.0
// ask SOCKET WORD...: sends a request as rtpengine-ctl does and prints the JSON of the answer. Exit code 1:
// an error was answered, 2: no answer within a minute.
#include <cstdio>
#include <string>

#include "common/link/socket.h"
#include "link.pb.h"

using namespace rtpengine;

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    link::ToSupervisor request;
    for (int i = 2; i < argc; ++i)
        request.mutable_ctl()->add_words(argv[i]);
    int code = 2;
    uv::Loop loop;
    link::Context context;
    const auto dealer = link::Dealer::connect(context, loop, argv[1], "", [&](std::string_view bytes) {
        link::CtlReply reply;
        if (!reply.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
        std::printf("%s\n", (reply.error().empty() ? reply.json() : reply.error()).c_str());
        code = reply.error().empty() ? 0 : 1;
        loop.stop();
    });
    if (!dealer) return 2;
    (*dealer)->send(request.SerializeAsString());
    uv::Timer give_up(loop, [&] { loop.stop(); });
    give_up.start_ms(60'000);
    loop.run();
    return code;
}
