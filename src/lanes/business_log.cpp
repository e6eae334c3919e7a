#include "lanes/business_log.h"

#include <array>

#include <spdlog/spdlog.h>

#include "base/clean.h"
#include "domain/op_kind.h"
#include "mapping/writes_crm.h"
#include "store/health.h"

namespace hb::lanes {
namespace {

constexpr std::int64_t kLinesALook = 500;

struct Line {
    std::string_view action, state;
};
constexpr std::array kReports = {
    Line{"report.sent", "sent"},         Line{"report.recalled", "draft"},
    Line{"report.agreed", "agreed"},     Line{"report.invoiced", "invoiced"},
    Line{"report.paid", "paid"},         Line{"report.payment", "partly_paid"},
    Line{"report.reversed", "reversed"}, Line{"report.cancelled", "cancelled"},
    Line{"report.credited", "credited"},
};

// Names and numbers as they are, all else in quotes.
std::string in_quotes(std::string_view text) {
    const bool plain = !text.empty() &&
                       text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789.:_-") == std::string_view::npos;
    return plain ? std::string(text) : log_value(text);
}

std::string report_of(const store::EventRow& event) {
    return event.report ? " report=" + std::to_string(*event.report) : "";
}

} // namespace

std::string business_line(const store::EventRow& event) {
    for (const auto& line : kReports)
        if (event.action == line.action && event.report)
            return "report id=" + std::to_string(*event.report) +
                   (event.subject.empty() ? "" : " number=" + in_quotes(event.subject)) +
                   " state=" + std::string(line.state) + " by=" + in_quotes(event.actor);
    const auto value = [&event](const char* name) {
        return mapping::read_text_member(event.data, name);
    };
    const std::string kind = value("kind");
    if (event.action == "op.done") {
        const auto done = domain::parse_op_kind(kind);
        const bool money =
            done && (*done == domain::OpKind::DealCreate || *done == domain::OpKind::InvoiceCreate);
        return !money ? ""
                      : std::string(domain::object_of(*done)) +
                            " id=" + in_quotes(value("remote_id")) + report_of(event);
    }
    if (event.action == "op.parked")
        return "op purpose=" + in_quotes(event.subject) + " kind=" + in_quotes(kind) +
               report_of(event) + " state=parked by=" + in_quotes(event.actor) +
               " error=" + in_quotes(value("error"));
    return "";
}

BusinessLog::BusinessLog(Books& books) : books_(books) {
    const Read read = books_.read();
    seen_ = read->overview.last_event();
}

void BusinessLog::log() {
    std::vector<store::EventRow> events;
    {
        const Read read = books_.read();
        events = read->events.since(seen_, kLinesALook);
    }
    for (const auto& event : events) {
        seen_ = event.seq;
        if (const std::string line = business_line(event); !line.empty()) spdlog::info("{}", line);
    }
}

} // namespace hb::lanes
