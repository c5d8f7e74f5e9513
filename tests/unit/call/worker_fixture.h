// SPDX-License-Identifier: Apache-2.0
// An instance above real messages and real shared state, with workers played by the test: what control asks
// them, and what it makes of their answers.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>

#include <doctest/doctest.h>

#include "common/state/writer.h"
#include "control/call/instance.h"
#include "common/ng/coerce.h"
#include "common/ng/value.h"
#include "control/store/keeper.h"
#include "control/verbs/serve.h"
#include "tests/unit/ng/written.h"

namespace rtpengine::call {

// One worker: does what it is asked to its records, and no more.
class PlayedWorker {
  public:
    static constexpr std::uint32_t slots = 192;

    PlayedWorker(link::Context& context, uv::Loop& loop, const std::string& directory, std::string name, const Fd& state)
        : context_(context), loop_(loop), directory_(directory), name_(std::move(name)),
          records_(*state::Writer::open(duplicate(state.get()))) {
        start();
    }

    // A new process of that name, and its end.
    void start() {
        synchronised = false;
        dealer_ = *link::Dealer::connect(context_, loop_, directory_ + "/control.sock", name_,
                                         [this](std::string_view bytes) { receive(bytes); });
        link::ToControl message;
        message.mutable_worker()->mutable_hello()->set_name(name_);
        message.mutable_worker()->mutable_hello()->set_start(++starts_);
        dealer_->send(message.SerializeAsString());
    }
    void stop() {
        dealer_.reset();
        kept_.clear();
    }

    // Every open stream is in the kernel, which has counted that many packets, in a record that hasn't heard
    // of them.
    void count_in_kernel(std::uint64_t packets) {
        in_kernel_ = packets;
        each_open([](state::StreamRecord& record) {
            record.path.set(static_cast<std::uint64_t>(state::Path::kernel));
        });
    }

    std::vector<link::Refresh> refreshes; // that came
    bool silent = false;                  // doesn't answer them
    std::uint64_t sent = 0;               // packets by each sink, up to now

    // What it does with updates: nothing before resume() (as one that is halted), or it refuses each stream that is set.
    enum class Mood { willing, halted, refusing, ports_taken };
    Mood mood = Mood::willing;
    void resume() {
        mood = Mood::willing;
        for (const auto& bytes : std::exchange(kept_, {})) receive(bytes);
    }
    std::map<std::uint64_t, std::string> streams; // by id: as it was told last
    // Without those in stock, which come and go as they like.
    std::map<std::uint64_t, std::string> in_use() const {
        auto some = streams;
        std::erase_if(some, [](const auto& each) {
            link::Stream stream;
            return stream.ParseFromString(each.second) && stream.dark();
        });
        return some;
    }
    bool synchronised = false; // since it was started

  private:
    template <class Visit> void each_open(Visit visit) {
        for (std::uint32_t slot = 0; slot < slots; ++slot)
            if (auto* record = records_.record(slot); record && record->id.get()) visit(*record);
    }
    void book(state::StreamRecord& record) {
        if (!state::kernel_of(record)) {
            REQUIRE(records_.reserve<state::KernelRecord>(1));
            state::lead(&record, record.kernel, records_.take<state::KernelRecord>(record.owner.get()));
        }
        auto& kernel = *state::kernel_of(record);
        kernel.in.total.packets.set(in_kernel_);
        kernel.last_packet_us.set(in_kernel_ ? us_of(BootClock::now()) : 0);
    }
    void take(const link::StreamKey& key, link::Reply& reply) {
        auto& result = *reply.add_results();
        result.set_stream(key.id());
        if (const auto had = streams.extract(key.id())) report_sinks(had.mapped(), {}, result);
        if (auto* record = records_.record(key.slot()); record && record->id.get() == key.id()) record->id.set(0);
    }
    static bool leads_to(const link::Stream& stream, std::uint64_t exit) {
        return std::any_of(stream.sinks().begin(), stream.sinks().end(), [&](const auto& sink) { return sink.stream() == exit; });
    }
    // Those that are gone.
    void report_sinks(const std::string& told, const link::Stream& now, link::StreamResult& result) const {
        link::Stream before;
        REQUIRE(before.ParseFromString(told));
        for (const auto& sink : before.sinks()) {
            if (!sent || leads_to(now, sink.stream())) continue;
            auto& counted = *result.add_removed();
            counted.set_stream(sink.stream());
            counted.set_packets(sent);
        }
    }
    void take(const link::Stream& stream, link::Reply& reply) {
        auto& result = *reply.add_results();
        result.set_stream(stream.id());
        if (mood == Mood::refusing) {
            result.set_outcome(link::FAILED);
            result.set_error("out of something");
        } else if (mood == Mood::ports_taken && !streams.contains(stream.id())) {
            result.set_outcome(link::PORT_IN_USE);
        } else {
            auto* record = records_.record(stream.slot());
            REQUIRE(records_.reserve<state::StreamRecord>(1));
            if (!record || record->owner.get() != stream.id()) record = records_.make(stream.slot(), stream.id());
            record->id.set(stream.id());
            if (const auto had = streams.extract(stream.id())) report_sinks(had.mapped(), stream, result);
            streams[stream.id()] = stream.SerializeAsString();
        }
    }
    void receive(std::string_view bytes) {
        link::ToWorker message;
        REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        if (!message.has_request()) return;
        const auto& request = message.request();
        if (mood == Mood::halted) return kept_.emplace_back(bytes), void();
        if (request.has_sync()) synchronised = !request.sync().more();
        if (request.has_sync() && !request.sync().continued()) streams.clear();
        link::ToControl answer;
        auto& reply = *answer.mutable_worker()->mutable_reply();
        reply.set_id(request.id());
        for (const auto& key : request.update().close())
            take(key, reply);
        for (const auto& stream : request.update().set())
            take(stream, reply);
        for (const auto& stream : request.sync().set())
            take(stream, reply);
        if (request.has_sync()) each_open([this](auto& record) { book(record); });
        if (request.has_refresh()) {
            refreshes.push_back(request.refresh());
            if (silent) return;
            for (const auto& key : request.refresh().streams())
                book(*records_.record(key.slot()));
        }
        dealer_->send(answer.SerializeAsString());
    }

    link::Context& context_;
    uv::Loop& loop_;
    std::string directory_, name_;
    state::Writer records_;
    std::unique_ptr<link::Dealer> dealer_;
    std::uint64_t starts_ = 0, in_kernel_ = 0;
    std::vector<std::string> kept_; // that came while it was halted
};

// Two interfaces, "int" and "ext", with a worker each.
class WorkerFixture {
  public:
    enum class Calls { of_this_process, kept };
    // Calls without packets end after so many seconds. `patience`: with workers.
    explicit WorkerFixture(unsigned timeout_s = 1, Patience patience = {}, Calls calls = Calls::of_this_process)
        : timeout_s(timeout_s), patience(patience), are_kept(calls == Calls::kept) {
        verbs::serve_all(commands, instance);
        run_until([this] { return workers->absent().empty(); });
    }
    ~WorkerFixture() {
        workers.reset(); // what it still waits for holds ports of the instance
        std::filesystem::remove_all(directory);
    }

    // Everything that a worker shall have.
    link::Sync all_of(unsigned worker) {
        link::Sync sync;
        for (std::uint64_t after = 0; (after = instance.add_to_sync(worker, after, sync));) {}
        return sync;
    }
    // Looks at the calls whose time it is, one at least; with one or two calls all of them are looked at by two ticks.
    void tick() {
        if (instance.tick())
            while (!instance.go_round()) {}
    }

    // Runs the loop until it is so; fails the test when it isn't in time.
    void run_until(const std::function<bool()>& condition) {
        if (condition()) return;
        uv::Timer patience(loop, [this] { loop.stop(); });
        uv::Prepare look(loop, [&] {
            if (condition()) loop.stop();
        });
        patience.start_ms(30'000);
        loop.run();
        REQUIRE(condition());
    }

    // Workers have answered, and what control has made of that is in the store.
    void settle() {
        run_until([this] { return workers->idle(); });
        keeper.write(); // in no round of the loop, which might ask them for more
    }

    // The reply, once it is there.
    std::shared_ptr<std::optional<ng::Dict>> ask(std::string_view command, const ng::Dict& request) {
        auto reply = std::make_shared<std::optional<ng::Dict>>();
        ng::RequestContext context;
        context.command = ng::find_command(command);
        commands.execute(context, request, ng::Responder([reply](const ng::Reply& sent) { *reply = ng::read(sent); }));
        return reply;
    }
    ng::Dict wait(std::string_view command, const ng::Dict& request) {
        const auto reply = ask(command, request);
        run_until([&] { return reply->has_value(); });
        return **reply;
    }
    // It is executed.
    void exchange(std::string_view command, const ng::Dict& request) {
        const auto reply = wait(command, request);
        CAPTURE(ng::text_of(reply, "error-reason"));
        REQUIRE(ng::text_of(reply, "result") == "ok");
    }
    static std::string sdp(const std::string& address) {
        return "v=0\r\no=- 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address +
               "\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
    }
    // A call from "int" to "ext" with audio, ports for RTP and RTCP on both sides.
    void set_up_call() {
        auto offer = named("a");
        offer.add("sdp", sdp("198.51.100.1"));
        offer.add("direction", ng::List{"int", "ext"});
        exchange("offer", offer);
        auto answer = named("a");
        answer.add("to-tag", "b");
        answer.add("sdp", sdp("198.51.100.2"));
        exchange("answer", answer);
        run_until([this] { return workers->idle(); });
    }
    static ng::Dict named(const char* from_tag = "") {
        ng::Dict request;
        request.add("call-id", "call");
        request.add("from-tag", from_tag);
        request.add("delete delay", 0);
        return request;
    }
    // Of all RTP streams; -1: the reply has no such thing.
    static std::int64_t packets(const ng::Dict& reply) {
        const ng::Dict* at = &reply;
        for (const char* key : {"totals", "RTP"}) {
            const auto* value = at->find(key);
            if (!value || !value->dict()) return -1;
            at = value->dict();
        }
        const auto* value = at->find("packets");
        return value && value->number() ? *value->number() : -1;
    }

    unsigned timeout_s;
    Patience patience;
    bool are_kept; // calls
    std::string directory = make_directory();
    uv::Loop loop;
    link::Context context;
    const Fd states[2] = {*state::Map::create(PlayedWorker::slots), *state::Map::create(PlayedWorker::slots)};
    std::unique_ptr<worker::Workers> workers = start_workers();
    StreamIds ids;
    std::mt19937_64 random{5};
    link::InstanceConfig config = make_config(timeout_s);
    store::Keeper keeper{loop, are_kept ? *store::Store::open(directory + "/calls.mdb") : nullptr};
    const std::string name = "edge"; // of the instance
    store::InstanceKeeper instance_keeper{keeper, name};
    Instance instance{config, {*workers, loop, ids, random, "0123456789ab", are_kept ? &instance_keeper : nullptr, patience}};
    stats::ControlStatistics statistics;
    ng::Commands commands{{[this](std::string_view id) { return instance.has_call(id); }, instance.flag_defaults(),
                           [] { return stats::Input{}; }, statistics}};
    PlayedWorker internal{context, loop, directory, "0/int", states[0]},
        external{context, loop, directory, "0/ext", states[1]};

  private:
    static std::string make_directory() {
        char name[] = "/tmp/rtpengine-control-XXXXXX";
        REQUIRE(mkdtemp(name));
        return name;
    }
    std::unique_ptr<worker::Workers> start_workers() {
        link::ControlConfig made;
        made.set_runtime_dir(directory);
        for (unsigned i = 0; i < 2; ++i) {
            auto& worker = *made.add_workers();
            worker.set_name(i ? "0/ext" : "0/int");
            worker.set_state_fd(duplicate(states[i].get()).release()); // its reader's from then on
            worker.set_slots(PlayedWorker::slots);
            worker.set_index(i);
        }
        worker::Workers::Hooks hooks;
        hooks.sync = [this](unsigned worker, std::uint64_t number) { workers->sync(worker, number, all_of(worker)); };
        hooks.orphan = [](unsigned, const link::StreamResult&) {};
        hooks.event = [](unsigned, const link::Event&) {};
        auto workers = *worker::Workers::create(loop, made, std::move(hooks));
        REQUIRE(workers->listen(context, directory));
        return workers;
    }
    static link::InstanceConfig make_config(unsigned timeout_s) {
        link::InstanceConfig made;
        made.set_max_sessions(-1);
        made.set_timeout(timeout_s);
        made.set_silent_timeout(timeout_s);
        made.set_offer_timeout(timeout_s);
        for (unsigned i = 0; i < 2; ++i) {
            auto& interface = *made.add_interfaces();
            interface.set_name(i ? "ext" : "int");
            interface.set_worker(i);
            auto& local = *interface.add_addresses();
            local.set_address(std::string(Address::parse(i ? "203.0.113.2" : "203.0.113.1")->raw()));
            local.set_port_min(30000);
            local.set_port_max(30000 + PlayedWorker::slots - 1);
        }
        return made;
    }
};

} // namespace rtpengine::call
