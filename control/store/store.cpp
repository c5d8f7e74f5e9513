// SPDX-License-Identifier: Apache-2.0
#include "control/store/store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <lmdb.h>
#include <unistd.h>

namespace rtpengine::store {

namespace {

constexpr std::size_t map_size = std::size_t{8} << 30; // addresses, not memory
constexpr std::uint32_t version = 4;                   // of proto/store.proto, and of what stands around a record
constexpr std::uint32_t oldest_read = 3;               // it had no parts: all of a call was in its record
constexpr const char *version_key = "version", *boot_key = "boot";

Error failed(const std::string& what, int code) { return {"cannot " + what + " the call store: " + mdb_strerror(code), code}; }

// Ends a transaction that was not committed.
class Transaction {
  public:
    Transaction(MDB_env* env, unsigned flags) : code_(mdb_txn_begin(env, nullptr, flags, &txn_)) {}
    ~Transaction() {
        if (txn_) mdb_txn_abort(txn_);
    }
    Transaction(const Transaction&) = delete;
    int code() const { return code_; }
    MDB_txn* get() const { return txn_; }
    int commit() {
        const int code = mdb_txn_commit(txn_);
        txn_ = nullptr;
        return code;
    }

  private:
    MDB_txn* txn_ = nullptr;
    int code_;
};

MDB_val value(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
MDB_val value(const std::uint64_t& number) { return {sizeof number, const_cast<std::uint64_t*>(&number)}; }

// A record has as much room from its first offer on as most need in the end: half of a page, less LMDB's own. If it grew, LMDB
// would split the page, until each record has one to itself.
using Length = std::uint32_t; // stands before it
constexpr std::size_t least_room = 2022;

int put(MDB_txn* txn, unsigned table, MDB_val key, std::string_view record, unsigned flags = 0, std::size_t least = least_room) {
    const auto length = static_cast<Length>(record.size());
    MDB_val room{std::max(sizeof length + record.size(), least), nullptr};
    if (const int code = mdb_put(txn, table, &key, &room, MDB_RESERVE | flags)) return code;
    auto* const bytes = static_cast<char*>(room.mv_data);
    std::memcpy(bytes, &length, sizeof length);
    std::memcpy(bytes + sizeof length, record.data(), record.size());
    std::memset(bytes + sizeof length + record.size(), 0, room.mv_size - sizeof length - record.size());
    return 0;
}

std::string_view record_in(const MDB_val& room) {
    const auto* const bytes = static_cast<const char*>(room.mv_data);
    Length length = 0;
    if (room.mv_size < sizeof length) return {};
    std::memcpy(&length, bytes, sizeof length);
    return {bytes + sizeof length, std::min(std::size_t{length}, room.mv_size - sizeof length)};
}

// Behind all others the page before stays as full as it is; LMDB would take its last record along otherwise. Not the last:
// MDB_KEYEXIST, and nothing has happened.
int put_anywhere(MDB_txn* txn, unsigned table, MDB_val key, std::string_view record) {
    const int code = put(txn, table, key, record, MDB_APPEND);
    return code == MDB_KEYEXIST ? put(txn, table, key, record) : code;
}

int change(MDB_txn* txn, unsigned table, MDB_val key, const std::optional<std::string>& record) {
    if (record) return put_anywhere(txn, table, key, *record);
    const int code = mdb_del(txn, table, &key, nullptr);
    return code == MDB_NOTFOUND ? 0 : code;
}

// Of a part: in the order of the records, then of their parts.
class PartKey {
  public:
    PartKey(std::uint64_t number, std::uint32_t part) {
        for (unsigned i = 0; i < 8; ++i) bytes_[i] = static_cast<char>(number >> (56 - 8 * i));
        for (unsigned i = 0; i < 4; ++i) bytes_[8 + i] = static_cast<char>(part >> (24 - 8 * i));
    }
    operator MDB_val() const { return value(std::string_view(bytes_, sizeof bytes_)); }
    bool same_record(const MDB_val& key) const { return key.mv_size == sizeof bytes_ && std::memcmp(key.mv_data, bytes_, 8) == 0; }

  private:
    char bytes_[12];
};

// Goes over the pairs of a table.
class Cursor {
  public:
    Cursor(MDB_txn* txn, unsigned table) : code_(mdb_cursor_open(txn, table, &cursor_)) {}
    ~Cursor() {
        if (cursor_) mdb_cursor_close(cursor_);
    }
    Cursor(const Cursor&) = delete;
    // To the first one of a key that isn't less; to the next one, or the first. False: there is none, or see failure().
    bool seek(const MDB_val& least) {
        key_ = least;
        return move(MDB_SET_RANGE);
    }
    bool next() { return move(MDB_NEXT); }
    void remove() { code_ = mdb_cursor_del(cursor_, 0); }
    const MDB_val& key() const { return key_; }
    std::string_view record() const { return record_in(data_); }
    int code() const { return code_; }
    Status failure() const { return code_ == 0 || code_ == MDB_NOTFOUND ? Status{} : Status{failed("read", code_)}; }

  private:
    bool move(MDB_cursor_op how) {
        if (code_ == 0) code_ = mdb_cursor_get(cursor_, &key_, &data_, how);
        return code_ == 0;
    }

    MDB_cursor* cursor_ = nullptr;
    MDB_val key_{}, data_{};
    int code_;
};

// Calls visit(cursor) at each part of a record; then see failure(), or code().
template <class Visit> void each_part(Cursor& cursor, std::uint64_t number, Visit visit) {
    const PartKey first(number, 0);
    for (bool any = cursor.seek(first); any && first.same_record(cursor.key()); any = cursor.next()) visit(cursor);
}

int remove_parts(MDB_txn* txn, unsigned table, std::uint64_t number) {
    MDB_stat about{};
    if (const int code = mdb_stat(txn, table, &about); code || !about.ms_entries) return code;
    Cursor cursor(txn, table);
    each_part(cursor, number, [](Cursor& at) { at.remove(); });
    return cursor.code() == MDB_NOTFOUND ? 0 : cursor.code();
}

std::uint64_t number_in(const MDB_val& key) {
    std::uint64_t number = 0;
    if (key.mv_size == sizeof number) std::memcpy(&number, key.mv_data, sizeof number);
    return number;
}

} // namespace

// NOSYNC: what the kernel has, a killed process doesn't take along. NOLOCK: the supervisor sees to it that there is one
// process. No WRITEMAP: a stray pointer of ours can't reach the records.
Result<std::unique_ptr<Store>> Store::open(const std::string& path, const std::string& boot) {
    MDB_env* env = nullptr;
    if (const int code = mdb_env_create(&env)) return failed("make", code);
    std::unique_ptr<Store> store(new Store(env, path));
    mdb_env_set_mapsize(env, map_size);
    mdb_env_set_maxdbs(env, 4);
    if (const int code = mdb_env_open(env, path.c_str(), MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOLOCK | MDB_NORDAHEAD, 0600))
        return failed("open", code);
    store->file_ = FileId::at(path);
    if (auto prepared = store->prepare(boot); !prepared) return prepared.error();
    return store;
}

void Store::remove(const std::string& path) { unlink(path.c_str()); }

Store::~Store() { mdb_env_close(env_); }

// The tables, and who wrote them.
Status Store::prepare(const std::string& boot) {
    Transaction txn(env_, 0);
    if (txn.code()) return failed("read", txn.code());
    MDB_dbi about = 0;
    if (const int code = mdb_dbi_open(txn.get(), "about", MDB_CREATE, &about)) return failed("read", code);
    if (const int code = mdb_dbi_open(txn.get(), "calls", MDB_CREATE | MDB_INTEGERKEY, &records_)) return failed("read", code);
    if (const int code = mdb_dbi_open(txn.get(), "parts", MDB_CREATE, &parts_)) return failed("read", code);
    if (const int code = mdb_dbi_open(txn.get(), "totals", MDB_CREATE, &totals_)) return failed("read", code);
    auto key = value(std::string_view(version_key));
    MDB_val found{};
    if (const int code = mdb_get(txn.get(), about, &key, &found); code == 0) {
        std::uint32_t wrote = 0;
        if (found.mv_size != sizeof wrote) return Error{"the call store is of another version", EPROTO};
        std::memcpy(&wrote, found.mv_data, sizeof wrote);
        if (wrote < oldest_read || wrote > version) return Error{"the call store is of version " + std::to_string(wrote), EPROTO};
        auto key_of_boot = value(std::string_view(boot_key));
        if (mdb_get(txn.get(), about, &key_of_boot, &found) || std::string_view(static_cast<char*>(found.mv_data), found.mv_size) != boot)
            return Error{"the call store is older than the last start of this machine", EPROTO};
        if (wrote == version) return txn.commit() ? Status{Error{"cannot read the call store", EIO}} : Status{};
    }
    std::uint32_t ours = version; // whatever wrote it takes it for none of its own from now on
    MDB_val data{sizeof ours, &ours};
    if (const int code = mdb_put(txn.get(), about, &key, &data, 0)) return failed("write", code);
    key = value(std::string_view(boot_key)), data = value(std::string_view(boot));
    if (const int code = mdb_put(txn.get(), about, &key, &data, 0)) return failed("write", code);
    if (const int code = txn.commit()) return failed("write", code);
    return {};
}

Status Store::commit(const Changes& changes, const Totals& totals, const Parts& parts) {
    Transaction txn(env_, 0);
    if (txn.code()) return failed("write", txn.code());
    for (const auto& [number, record] : changes) {
        if (const int code = change(txn.get(), records_, value(number), record)) return failed("write", code);
        if (record) continue;
        if (const int code = remove_parts(txn.get(), parts_, number)) return failed("write", code);
    }
    for (const auto& [key, record] : parts)
        if (const int code = put(txn.get(), parts_, PartKey(key.first, key.second), record, 0, 0)) return failed("write", code);
    for (const auto& [instance, record] : totals)
        if (const int code = change(txn.get(), totals_, value(std::string_view(instance)), record)) return failed("write", code);
    if (const int code = txn.commit()) return failed("write", code);
    return {};
}

Result<std::uint64_t> Store::walk(std::uint64_t after, std::size_t most,
                                  const std::function<void(std::uint64_t, std::string_view)>& visit) const {
    const Transaction txn(env_, MDB_RDONLY);
    if (txn.code()) return failed("read", txn.code());
    Cursor cursor(txn.get(), records_);
    const auto least = after + 1;
    bool more = least && cursor.seek(value(least));
    for (; more && most; --most, more = cursor.next()) visit(after = number_in(cursor.key()), cursor.record());
    if (const auto whole = cursor.failure(); !whole) return whole.error();
    return more ? after : 0;
}

Result<std::vector<std::string>> Store::parts(std::uint64_t number) const {
    const Transaction txn(env_, MDB_RDONLY);
    if (txn.code()) return failed("read", txn.code());
    std::vector<std::string> parts;
    Cursor cursor(txn.get(), parts_);
    each_part(cursor, number, [&](Cursor& at) { parts.emplace_back(at.record()); });
    if (const auto whole = cursor.failure(); !whole) return whole.error();
    return parts;
}

Result<Store::Totals> Store::totals() const {
    const Transaction txn(env_, MDB_RDONLY);
    if (txn.code()) return failed("read", txn.code());
    Totals all;
    Cursor cursor(txn.get(), totals_);
    while (cursor.next())
        all.emplace(std::string(static_cast<const char*>(cursor.key().mv_data), cursor.key().mv_size), std::string(cursor.record()));
    if (const auto whole = cursor.failure(); !whole) return whole.error();
    return all;
}

} // namespace rtpengine::store
