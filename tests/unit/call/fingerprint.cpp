// SPDX-License-Identifier: Apache-2.0
// Whatever of a rule changes, its fingerprint does; or its worker would not be told.
#include "control/call/fingerprint.h"

#include <memory>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <google/protobuf/message.h>

using namespace rtpengine;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

link::Stream usual() {
    link::Stream stream;
    stream.set_id(7);
    stream.mutable_local()->set_address("abcd");
    stream.mutable_local()->set_port(30000);
    stream.set_scope("call/tag/1");
    stream.mutable_ice()->add_candidates()->set_priority(1);
    for (unsigned i = 0; i < 2; ++i) {
        auto& sink = *stream.add_sinks();
        sink.set_stream(8 + i);
        sink.mutable_local()->set_address("efgh");
        sink.mutable_edit()->add_silence();
    }
    stream.mutable_bundle()->add_members();
    return stream;
}

// Another value for one field that has one value.
void alter(Message& message, const FieldDescriptor& field) {
    const auto& of = *message.GetReflection();
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return of.SetBool(&message, &field, !of.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32: return of.SetUInt32(&message, &field, of.GetUInt32(message, &field) + 1);
    case FieldDescriptor::CPPTYPE_UINT64: return of.SetUInt64(&message, &field, of.GetUInt64(message, &field) + 1);
    case FieldDescriptor::CPPTYPE_STRING: return of.SetString(&message, &field, of.GetString(message, &field) + "x");
    case FieldDescriptor::CPPTYPE_ENUM: return of.SetEnumValue(&message, &field, of.GetEnumValue(message, &field) + 1);
    default: FAIL("a field of a kind that there was not: ", field.full_name());
    }
}

// Calls visit(name) with each field of the message, and of those in it, altered, one at a time.
template <class Visit> void each_altered(Message& message, const std::string& prefix, Visit visit) {
    const auto& about = *message.GetDescriptor();
    for (int i = 0; i < about.field_count(); ++i) {
        const auto& field = *about.field(i);
        const auto name = prefix + std::string(field.name());
        const auto& of = *message.GetReflection();
        if (field.is_repeated()) {
            for (int n = 0; n < of.FieldSize(message, &field); ++n)
                each_altered(*of.MutableRepeatedMessage(&message, &field, n), name + "[" + std::to_string(n) + "].", visit);
        } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
            const bool had = of.HasField(message, &field);
            each_altered(*of.MutableMessage(&message, &field), name + ".", visit);
            if (!had) of.ClearField(&message, &field);
        } else {
            std::unique_ptr<Message> before(message.New());
            before->CopyFrom(message);
            alter(message, field);
            visit(name);
            message.CopyFrom(*before);
        }
    }
}

} // namespace

TEST_CASE("each field of a rule but its edition is in its fingerprint") {
    auto stream = usual();
    const auto before = call::fingerprint(stream);
    std::set<std::uint64_t> seen{before};
    std::size_t fields = 0;
    each_altered(stream, "", [&](const std::string& name) {
        CAPTURE(name);
        const bool is_new = seen.insert(call::fingerprint(stream)).second;
        CHECK(is_new == (name != "edition"));
        ++fields;
    });
    CHECK(fields > 30);
    CHECK(call::fingerprint(stream) == before);
}

TEST_CASE("sinks count in their order, and how many there are") {
    const auto whole = call::fingerprint(usual());
    auto other = usual();
    other.mutable_sinks()->SwapElements(0, 1);
    CHECK(call::fingerprint(other) != whole);
    other = usual();
    other.mutable_sinks()->RemoveLast();
    CHECK(call::fingerprint(other) != whole);
    other = usual();
    other.mutable_signalled(); // known to be nowhere is not the same as not known
    CHECK(call::fingerprint(other) != whole);
}
