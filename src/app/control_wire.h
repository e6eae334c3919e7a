#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

#include "app/control.h"

// What goes over the control socket. The request is one line of JSON, and with its first byte come
// the open files that it names (SCM_RIGHTS), in their order:
//
//   {"args":["contract","apply","a.json"],"directory":"/home/ann","terminal":true,"config":"",
//    "files":[{"name":"a.json","use":"read","trouble":""}]}
//
// A file with a trouble was not opened, and nothing comes for it. Back come frames: a byte o, e or
// x, four bytes of length (big-endian), and that many bytes of standard output, standard error, or
// the exit code as decimal digits. x is the last one.
namespace hb::app {

inline constexpr std::size_t kPassedFilesMax = 4;

// The name of a socket of any length.
struct SocketAddress {
    sockaddr_un name{};
    int folder = -1;
    explicit SocketAddress(const std::string& path);
    ~SocketAddress();
    SocketAddress(const SocketAddress&) = delete;
    SocketAddress& operator=(const SocketAddress&) = delete;
    const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&name); }
};

// false: the other side is gone, or did not read for a while.
bool send_all(int to, std::string_view bytes);
std::string frame(char kind, std::string_view bytes);
std::optional<std::pair<char, std::string>> receive_frame(int from);

bool send_request(int to, const Handover& request);
// nullopt: no request came in time, or it is none, or its files are not those that it names.
std::optional<Handover> receive_request(int from);

} // namespace hb::app
