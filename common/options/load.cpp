// SPDX-License-Identifier: Apache-2.0
#include "common/options/load.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/options/description.h"

namespace rtpengine::options {

namespace {

// A file that is longer is none of ours.
constexpr std::size_t max_file = 16 << 20;

Error unreadable(const std::string& path, int code) {
    return {"cannot read the configuration file " + path + ": " + std::strerror(code), code};
}

Result<std::string> read_file(const std::string& path) {
    const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); // a FIFO has nobody wait for who writes to it
    if (!fd) return unreadable(path, errno);
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) return unreadable(path, errno);
    if (S_ISDIR(status.st_mode)) return unreadable(path, EISDIR);
    if (!S_ISREG(status.st_mode)) return Error{"cannot read the configuration file " + path + ": it is no regular file", EINVAL};
    std::string text;
    std::array<char, 65536> buffer;
    for (;;) {
        const auto length = read(fd.get(), buffer.data(), buffer.size());
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return unreadable(path, errno);
        if (length == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(length));
        if (text.size() > max_file) return unreadable(path, EFBIG);
    }
}

Error bad_command_line(const std::string& detail) {
    return {"Bad command line: " + detail};
}

// Nothing when no file is to be read, or the default one isn't there.
Result<std::optional<KeyFile>> read_key_file(const Values& values) {
    const auto path = values.text("config-file");
    if (path == "none") return std::optional<KeyFile>{};
    const auto text = read_file(path);
    if (!text && text.error().code == ENOENT && !values.given("config-file")) return std::optional<KeyFile>{};
    if (!text) return text.error();
    auto file = parse_key_file(*text);
    if (!file) return bad_command_line(path + ": " + file.error().message);
    return std::optional(*std::move(file));
}

Status add_file(Values& values, const KeyFile& file) {
    const auto path = values.text("config-file"), name = values.text("config-section");
    const auto* section = file.find(name);
    if (!section) return bad_command_line(path + " has no section [" + name + "]");
    if (auto added = values.add_section(*section); !added)
        return bad_command_line(path + ": " + added.error().message);
    return {};
}

// An action of the specification that this version can't do must not look done.
Status check_actions(const Values& values) {
    if (values.flag("codecs")) return Error{"--codecs is not built yet"};
    return {};
}

} // namespace

std::variant<Loaded, LoadError> load(const std::vector<std::string>& words, const Host& host,
                                     const std::string& version) {
    auto values = parse_command_line(words);
    if (!values) return LoadError{bad_command_line(values.error().message), {}};
    if (values->flag("version")) return Loaded{"Version: " + version + "\n", {}};
    if (values->flag("help")) return Loaded{help(), {}};
    if (auto checked = check_actions(*values); !checked) return LoadError{checked.error(), {}};
    const auto file = read_key_file(*values);
    if (!file) return LoadError{file.error(), log_config(*values)};
    if (*file)
        if (auto added = add_file(*values, **file); !added)
            return LoadError{added.error(), log_config(*values)};
    auto action = make_netfilter_action(*values);
    if (!action) return LoadError{action.error(), {}};
    if (*action) return Loaded{{}, {}, *std::move(action)};
    auto settings = make_settings(*values, *file ? &**file : nullptr, host, version);
    if (!settings) return LoadError{settings.error(), log_config(*values)};
    if (*file) settings->config_file = values->text("config-file");
    if (!values->flag("check-config")) return Loaded{{}, *std::move(settings)};
    for (const auto& warning : settings->warnings)
        std::fprintf(stderr, "Warning: %s\n", warning.c_str());
    return Loaded{describe(*settings), {}};
}

} // namespace rtpengine::options
