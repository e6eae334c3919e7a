#pragma once

#include <string>
#include <string_view>

// The other end of a socket, byte by byte: what no HTTP library would send.
namespace hb::web::test {

// Sends the bytes, reads until the server hangs up (or `seconds` have passed: then the text ends
// with "[still open]").
std::string talk(int port, std::string_view bytes, int seconds = 5);
std::string talk_unix(const std::string& path, std::string_view bytes);
// One connection that is kept: each request is sent when the answer to the one before has come.
class Line {
public:
    explicit Line(int port);
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    std::string ask(std::string_view request); // "" when the server has hung up

private:
    int fd_ = -1;
};
// A GET that asks the server to hang up.
std::string get(int port, const std::string& path, const std::string& headers = "");
int status_of(const std::string& answer);
std::string body_of(const std::string& answer);
// The value of a header; "" when it is missing, "[n times]" when it stands there more than once.
std::string header_of(const std::string& answer, std::string_view name);

} // namespace hb::web::test
