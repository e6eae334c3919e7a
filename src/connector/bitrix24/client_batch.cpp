#include "base/ensure.h"
#include "base/limits.h"
#include "connector/bitrix24/client.h"
#include "json/writer.h"

namespace hb::connector::bitrix24 {
namespace {

std::string body_of(const std::vector<Command>& commands) {
    json::Writer body;
    body.begin_object().member("halt", 0).key("cmd").begin_object();
    for (const auto& command : commands)
        body.member(command.key,
                    command.query.empty() ? command.method : command.method + "?" + command.query);
    body.end_object().end_object();
    return body.take();
}

} // namespace

const Part& BatchReply::part(std::string_view key) const {
    const auto found = parts.find(key);
    ensure(found != parts.end(), "a batch is asked for a command that it did not carry");
    return found->second;
}

BatchReply Client::batch(const std::vector<Command>& commands, CallOptions options) {
    return std::move(send_batches({commands}, options).front());
}

int Client::lanes(std::string_view method) const {
    const Instant now = clock_.now();
    if (now < one_by_one_until_) return 1;
    return std::max(1, limiter_.room(method, now, options_.batches_in_flight));
}

std::vector<BatchReply> Client::batches(const std::vector<std::vector<Command>>& together) {
    std::vector<BatchReply> replies = send_batches(together, {});
    bool troubled = false;
    for (const auto& reply : replies) troubled = troubled || reply.trouble;
    if (troubled) slow_down();
    return replies;
}

std::vector<BatchReply> Client::send_batches(const std::vector<std::vector<Command>>& together,
                                             CallOptions options) {
    std::vector<BatchReply> out(together.size());
    std::vector<std::string_view> methods;
    std::vector<std::string> bodies;
    for (const auto& commands : together) {
        ensure(!commands.empty() && commands.size() <= kBatchCommandsMax,
               "a batch carries 1 to 50 commands");
        bodies.push_back(body_of(commands));
        for (const auto& command : commands)
            if (methods.empty() || methods.back() != command.method)
                methods.push_back(command.method);
    }
    if (const auto trouble = held_back(methods)) {
        for (auto& reply : out) reply.trouble = trouble;
        return out;
    }
    for (const auto& commands : together)
        counters_.commands += static_cast<std::int64_t>(commands.size());
    auto replies = send("batch", bodies, options);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = batch_of(together[i], std::move(replies[i]));
    note_times(together, out);
    return out;
}

BatchReply Client::batch_of(const std::vector<Command>& commands, Reply reply) {
    BatchReply out;
    out.trouble = std::move(reply.trouble);
    out.started = reply.started;
    out.document = std::move(reply.document);
    if (out.trouble) return out;
    const json::Value maps = out.document.root()["result"];
    if (!maps.is_object()) {
        out.trouble = Trouble{Nature::Garbage, "batch", "", "the batch has no result map", 200, {}};
        return out;
    }
    for (const auto& command : commands) {
        Part& part = out.parts[command.key] = part_of(command, maps);
        lacks_.note(command.method, command.about, part.trouble, application(), clock_.now());
    }
    return out;
}

// Once for each method, with its highest figure of all answers: the limiter takes the rise since
// the figure before for the cost of the requests that went out.
void Client::note_times(const std::vector<std::vector<Command>>& together,
                        const std::vector<BatchReply>& replies) {
    struct Figure {
        json::Value time;
        double used = 0;
        int requests = 0;
    };
    std::map<std::string_view, Figure> figures;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (replies[i].trouble) continue;
        const json::Value times = replies[i].document.root()["result"]["result_time"];
        std::map<std::string_view, json::Value> last;
        for (const auto& command : together[i]) {
            const json::Value time = times[command.key];
            if (!time["operating"].missing()) last[command.method] = time;
        }
        for (const auto& [method, time] : last) {
            Figure& figure = figures[method];
            const double used = operating_of(time).value_or(0);
            if (figure.requests++ == 0 || used > figure.used) figure.time = time;
            figure.used = std::max(figure.used, used);
        }
    }
    for (const auto& [method, figure] : figures) note_time(method, figure.time, figure.requests);
}

} // namespace hb::connector::bitrix24
