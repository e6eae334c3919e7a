#include "app/control.h"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "app/control_door.h"
#include "app/control_wire.h"
#include "base/text.h"

// The asker's side of the control socket.
namespace hb::app {
namespace {

// A socket that is there and may not be used: not the same as no service.
Error closed_to_us(const std::string& path) {
    return Error{Code::Machine, "this user may not give the service commands",
                 path + ": " + std::strerror(EACCES), join_hint("")};
}

} // namespace

std::optional<Result<int>> ask_service(const std::string& path, const Handover& request,
                                       const Sink& sink) {
    const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) return std::nullopt;
    const SocketAddress address(path);
    if (connect(connection, address.raw(), sizeof(address.name)) != 0) {
        const int why = errno;
        close(connection);
        if (why == EACCES || why == EPERM) return Result<int>(closed_to_us(path));
        return std::nullopt;
    }
    // One that is refused at the door hears why, though its question found no listener.
    const bool sent = send_request(connection, request);
    std::optional<Result<int>> answer;
    while (const auto frame = receive_frame(connection)) {
        if (frame->first == 'x') {
            answer = Result<int>(static_cast<int>(parse_integer(frame->second).value_or(5)));
            break;
        }
        sink(frame->first == 'o' ? Stream::Out : Stream::Err, frame->second);
    }
    close(connection);
    if (answer || !sent) return answer;
    return Result<int>(Error{Code::Machine, "the running service ended before it had answered", "",
                             "check whether the command took effect before you repeat it"});
}

} // namespace hb::app
