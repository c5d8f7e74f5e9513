// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/ng/writer.h"
#include "ctl/selftest/run.h"

namespace rtpengine::ctl {

namespace {

std::string milliseconds(std::chrono::nanoseconds delay) {
    return fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>(delay).count());
}

std::int64_t microseconds(std::chrono::nanoseconds delay) {
    return delay / std::chrono::microseconds(1);
}

void add_row(Table& table, const char* name, const Endpoint& through, const Tally& tally) {
    table.add({name, through.str(), std::to_string(tally.sent_count()),
               std::to_string(tally.received_count()), std::to_string(tally.lost()),
               std::to_string(tally.duplicates()), milliseconds(tally.percentile(0.5)),
               milliseconds(tally.percentile(0.99)), milliseconds(tally.percentile(1))});
}

std::string verdict(const TestResult& result, const Style& style) {
    const auto sent = result.to_callee.sent_count() + result.to_caller.sent_count();
    const auto lost = result.to_callee.lost() + result.to_caller.lost();
    if (result.passed())
        return style.good("PASSED") +
               fmt::format(": both parties heard each other, and none of {} packets was lost.", sent);
    if (result.to_callee.received_count() == 0 && result.to_caller.received_count() == 0)
        return style.bad("FAILED") + ": neither party heard the other.";
    if (result.to_callee.received_count() == 0)
        return style.bad("FAILED") + ": the callee did not hear the caller.";
    if (result.to_caller.received_count() == 0)
        return style.bad("FAILED") + ": the caller did not hear the callee.";
    return style.bad("FAILED") + fmt::format(": {} of {} packets were lost.", lost, sent);
}

ng::Dict direction(const Endpoint& through, const Tally& tally) {
    ng::Dict dict;
    dict.add("through", through.str());
    dict.add("sent", tally.sent_count());
    dict.add("received", tally.received_count());
    dict.add("lost", tally.lost());
    dict.add("duplicates", tally.duplicates());
    dict.add("strange", tally.strange_count());
    dict.add("delay_us_p50", microseconds(tally.percentile(0.5)));
    dict.add("delay_us_p99", microseconds(tally.percentile(0.99)));
    dict.add("delay_us_max", microseconds(tally.percentile(1)));
    return dict;
}

} // namespace

std::string result_view(const TestResult& result, const Style& style) {
    Table table({{"DIRECTION"},
                 {"THROUGH"},
                 {"SENT", Align::right},
                 {"RECEIVED", Align::right},
                 {"LOST", Align::right},
                 {"DUPLICATE", Align::right},
                 {"DELAY P50", Align::right},
                 {"P99", Align::right},
                 {"MAX", Align::right}});
    add_row(table, "caller → callee", result.caller_sends_to, result.to_callee);
    add_row(table, "callee → caller", result.callee_sends_to, result.to_caller);
    return table.str(style) + "\n" + verdict(result, style) + "\n";
}

std::string result_json(const TestResult& result) {
    return fmt::format(R"({{"passed":{},"caller_to_callee":{},"callee_to_caller":{}}})", result.passed(),
                       ng::encode(ng::Encoding::json, direction(result.caller_sends_to, result.to_callee)),
                       ng::encode(ng::Encoding::json, direction(result.callee_sends_to, result.to_caller)));
}

} // namespace rtpengine::ctl
