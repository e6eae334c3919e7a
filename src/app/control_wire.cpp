#include "app/control_wire.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/held.h"
#include "base/text.h"
#include "json/writer.h"

namespace hb::app {
namespace {

constexpr std::size_t kRequestBytesMax = 1u << 20; // a command line
constexpr std::size_t kFrameBytesMax = 64u << 20;  // an export of the largest report
// An asker that connects and says nothing must not keep others from asking, nor one that says
// little at a time.
constexpr int kAskerPatienceMs = 2000;
constexpr int kPiecesMax = 64;
// An asker who stops reading (Ctrl-Z) is given up after this long without a byte.
constexpr int kSendPatienceMs = 5000;

constexpr std::array<std::pair<FileUse, const char*>, 3> kUses{
    {{FileUse::Read, "read"}, {FileUse::New, "new"}, {FileUse::Replace, "replace"}}};

bool receive_all(int from, char* into, std::size_t size) {
    while (size > 0) {
        const ssize_t got = recv(from, into, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

std::string request_text(const Handover& request) {
    json::Writer out;
    out.begin_object().key("args").begin_array();
    for (const auto& word : request.args) out.string(word);
    out.end_array().member("directory", request.directory).member("terminal", request.terminal);
    out.member("config", request.config).key("files").begin_array();
    for (const auto& each : request.files()) {
        out.begin_object().member("name", each.named.name);
        for (const auto& [use, word] : kUses)
            if (use == each.named.use) out.member("use", word);
        out.member("trouble", each.trouble).end_object();
    }
    out.end_array().end_object();
    return out.take() + "\n";
}

std::optional<PassedFile> parse_file(const json::Value& value) {
    const auto name = value["name"].string();
    const auto word = value["use"].string();
    const auto trouble = value["trouble"].string();
    if (!name || !word || !trouble) return std::nullopt;
    for (const auto& [use, known] : kUses)
        if (*word == known) return PassedFile{{*name, use}, OpenFile(), *trouble, ""};
    return std::nullopt;
}

// Each without a trouble gets one of `opened`; none may be left over.
bool parse_files(const json::Value& list, std::vector<OpenFile> opened,
                 std::vector<PassedFile>& files) {
    std::size_t next = 0;
    for (const auto value : list) {
        auto file = parse_file(value);
        if (!file || files.size() == kPassedFilesMax) return false;
        if (file->trouble.empty()) {
            if (next == opened.size()) return false;
            file->file = std::move(opened[next++]);
        }
        files.push_back(std::move(*file));
    }
    return next == opened.size();
}

std::optional<Handover> parse_request(std::string_view text, std::vector<OpenFile> opened) {
    const auto document = json::Document::parse(text);
    if (!document) return std::nullopt;
    const json::Value root = document->root();
    Handover out;
    for (const auto word : root["args"]) {
        const auto each = word.string();
        if (!each) return std::nullopt;
        out.args.push_back(*each);
    }
    const auto directory = root["directory"].string();
    const auto terminal = root["terminal"].boolean();
    if (!directory || !terminal) return std::nullopt;
    out.directory = *directory;
    out.terminal = *terminal;
    out.config = root["config"].text_view().value_or("");
    if (!parse_files(root["files"], std::move(opened), out.passed)) return std::nullopt;
    return out;
}

// Room for the descriptors of one message.
union FilesRoom {
    std::array<char, CMSG_SPACE(sizeof(int) * kPassedFilesMax)> bytes;
    cmsghdr aligned;
};

void take_files(msghdr& message, std::vector<OpenFile>& opened) {
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
         each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(each) + i * sizeof(int), sizeof number);
            opened.emplace_back(number);
        }
    }
}

// One piece of the line; false: nothing more comes, or more files than anybody may pass.
bool receive_piece(int from, std::string& text, std::vector<OpenFile>& opened) {
    pollfd waiting{from, POLLIN, 0};
    if (poll(&waiting, 1, kAskerPatienceMs) <= 0) return false;
    std::array<char, 65536> space{};
    iovec into{space.data(), space.size()};
    FilesRoom room{};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = room.bytes.size();
    const ssize_t got = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    if (got >= 0) take_files(message, opened); // they are ours now, whatever else is wrong
    if (got <= 0 || (message.msg_flags & MSG_CTRUNC) != 0 || opened.size() > kPassedFilesMax)
        return false;
    text.append(space.data(), static_cast<std::size_t>(got));
    return text.size() <= kRequestBytesMax;
}

} // namespace

// The kernel cuts socket names off at 108 bytes; a name by way of the open folder is always short.
SocketAddress::SocketAddress(const std::string& path) {
    name.sun_family = AF_UNIX;
    std::string shown = path;
    if (path.size() >= sizeof(name.sun_path)) {
        const auto slash = path.rfind('/');
        folder = open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        shown = "/proc/self/fd/" + std::to_string(folder) + path.substr(slash);
    }
    shown.copy(name.sun_path, sizeof(name.sun_path) - 1);
}

SocketAddress::~SocketAddress() {
    if (folder >= 0) close(folder);
}

bool send_all(int to, std::string_view bytes) {
    must_not_hold_books("an answer to a command");
    while (!bytes.empty()) {
        pollfd waiting{to, POLLOUT, 0};
        if (poll(&waiting, 1, kSendPatienceMs) <= 0) return false;
        const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string frame(char kind, std::string_view bytes) {
    std::string out(1, kind);
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>((bytes.size() >> shift) & 0xff);
    return out += bytes;
}

std::optional<std::pair<char, std::string>> receive_frame(int from) {
    std::array<char, 5> head{};
    if (!receive_all(from, head.data(), head.size())) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 1; i < head.size(); ++i)
        size = size << 8 | static_cast<unsigned char>(head[i]);
    if (size > kFrameBytesMax) return std::nullopt;
    std::string bytes(size, '\0');
    if (!receive_all(from, bytes.data(), size)) return std::nullopt;
    return std::pair(head[0], std::move(bytes));
}

bool send_request(int to, const Handover& request) {
    std::string text = request_text(request);
    std::vector<int> numbers;
    for (const auto& each : request.files())
        if (each.file) numbers.push_back(each.file.number());
    if (numbers.empty()) return send_all(to, text);
    if (numbers.size() > kPassedFilesMax) return false;
    FilesRoom room{};
    iovec first{text.data(), 1};
    msghdr message{};
    message.msg_iov = &first;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * numbers.size());
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * numbers.size());
    std::memcpy(CMSG_DATA(head), numbers.data(), sizeof(int) * numbers.size());
    if (sendmsg(to, &message, MSG_NOSIGNAL) != 1) return false;
    return send_all(to, std::string_view(text).substr(1));
}

std::optional<Handover> receive_request(int from) {
    std::string text;
    std::vector<OpenFile> opened;
    for (int i = 0; i < kPiecesMax; ++i) {
        if (!receive_piece(from, text, opened)) return std::nullopt;
        if (text.back() == '\n') return parse_request(text, std::move(opened));
    }
    return std::nullopt;
}

} // namespace hb::app
