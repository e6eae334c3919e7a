#include <filesystem>

#include "app/commands/report_words.h"
#include "app/exit_code.h"
#include "base/base64.h"
#include "desk/reports.h"
#include "lanes/given.h"
#include "render/document.h"
#include "render/page.h"
#include "json/writer.h"

// report exclude|include|note|override|export
namespace hb::app {
namespace {

struct Options {
    std::string report, what, reason, text, billable, format, output;
};
using Shared = std::shared_ptr<Options>;
using Act = std::function<int(Session&, std::int64_t, const Options&)>;

Syntax add(Commands& commands, Syntax group, const std::string& name, const std::string& about,
           const std::string& example, Needs needs, const Shared& options, Act act) {
    Syntax app = commands.add(group, name, about, example, needs, [options, act](Session& session) {
        // G28: words that are none go before a report that is none.
        if (!options->what.empty())
            if (const auto what = read_ref(session, options->what, {"task", "entry"});
                !what && what.error().code == Code::Usage)
                return session.out.fail(what.error());
        const auto id = session.books().find_report(options->report);
        if (!id) return session.out.fail(id.error());
        return act(session, *id, *options);
    });
    app.add_option("REPORT", options->report, "id or number").required();
    return app;
}

int exclude(Session& session, std::int64_t id, const Options& options) {
    const auto what = read_ref(session, options.what, {"task", "entry"});
    if (!what) return session.out.fail(what.error());
    return tell(session,
                desk::exclude(session.books(), id, *what, options.reason, session.actor()));
}

int include(Session& session, std::int64_t id, const Options& options) {
    const auto what = read_ref(session, options.what, {"task", "entry"});
    if (!what) return session.out.fail(what.error());
    return tell(session, desk::include(session.books(), id, *what, session.actor()));
}

int override_entry(Session& session, std::int64_t id, const Options& options) {
    const auto entry = read_ref(session, options.what, {"entry"});
    if (!entry) return session.out.fail(entry.error());
    std::optional<bool> billable;
    if (options.billable != "rules") billable = options.billable == "yes";
    return tell(session, desk::override_entry(session.books(), id, *entry, billable, options.reason,
                                              session.actor()));
}

// A document that a client downloaded is the one to have, to the byte.
Result<std::string> as_given(Session& session, const domain::ReportView& view,
                             lanes::GivenForm form) {
    if (domain::was_sent(view.state)) {
        const books::View read = session.books().view();
        if (auto bytes = lanes::given_before(read, view.id.value_or(0), view.revision, form))
            return std::move(*bytes);
    }
    return lanes::document_of(view, form);
}

bool is_text(const std::string& format) {
    return format != "pdf" && format != "xlsx";
}

Result<std::string> exported(Session& session, const domain::ReportView& view,
                             const std::string& format) {
    if (format == "pdf") return as_given(session, view, lanes::GivenForm::Pdf);
    if (format == "xlsx") return as_given(session, view, lanes::GivenForm::Xlsx);
    if (format == "csv") return render::report_csv(view);
    if (format == "json") return render::report_json(view, render::Audience::Staff) + "\n";
    if (format == "html") return render::exported_page(view);
    return render::report_text(view, session.books().settings.zone);
}

int print_export(const Session& session, const std::string& bytes, const std::string& format,
                 json::Writer& json) {
    if (session.out.json())
        session.out.document(json.member(is_text(format) ? "text" : "base64",
                                         is_text(format) ? bytes : base64(bytes))
                                 .end_object()
                                 .text());
    else if (is_text(format))
        session.out.bytes(bytes);
    else
        session.out.file(bytes);
    return kDone;
}

int export_report(Session& session, std::int64_t id, const Options& options) {
    const auto view = session.books().show(id);
    if (!view) return session.out.fail(view.error());
    const auto bytes = exported(session, *view, options.format);
    if (!bytes) return session.out.fail(bytes.error());
    const std::string name =
        render::document_name(*view, options.format == "text" ? "txt" : options.format);
    json::Writer json;
    json.begin_object().member("report", id).member("format", options.format).member("name", name);
    if (options.output.empty()) return print_export(session, *bytes, options.format, json);
    std::string file = options.output;
    std::error_code unknown;
    if (std::filesystem::is_directory(session.path(file), unknown)) file += "/" + name;
    const std::string path = session.path(file);
    if (auto written = session.write_argument({file, FileUse::Replace}, *bytes); !written)
        return session.out.fail(written.error());
    session.out.text("Written: " + path);
    json.member("file", path).member("bytes", static_cast<std::int64_t>(bytes->size()));
    session.out.document(json.end_object().text());
    return kDone;
}

} // namespace

void add_report_edits(Commands& commands, Syntax group) {
    const auto excluding = std::make_shared<Options>();
    Syntax out = add(commands, group, "exclude", "Leave an entry or a whole task out of a draft",
                     "report exclude 3 bitrix24:entry:88 --reason \"talk later\"", Needs::Writes,
                     excluding, exclude);
    out.add_option("WHAT", excluding->what, "REMOTE:entry:ID or REMOTE:task:ID").required();
    out.add_option("--reason", excluding->reason, "why; the draft shows it").required();

    const auto including = std::make_shared<Options>();
    add(commands, group, "include", "Put back what was excluded",
        "report include 3 bitrix24:entry:88", Needs::Writes, including, include)
        .add_option("WHAT", including->what, "REMOTE:entry:ID or REMOTE:task:ID")
        .required();

    const auto noting = std::make_shared<Options>();
    add(commands, group, "note", "Write a note on a report, for colleagues only",
        "report note 3 \"Ann asked to wait until Friday\"", Needs::Writes, noting,
        [](Session& session, std::int64_t id, const Options& options) {
            return tell(session, desk::note(session.books(), id, options.text, session.actor()));
        })
        .add_option("TEXT", noting->text, "the note; an empty one removes it")
        .required();

    const auto overriding = std::make_shared<Options>();
    Syntax over = add(commands, group, "override", "Mark an entry billable or not",
                      "report override 3 bitrix24:entry:88 --billable no --reason \"our mistake\"",
                      Needs::Writes, overriding, override_entry);
    over.add_option("ENTRY", overriding->what, "REMOTE:entry:ID").required();
    over.add_option("--billable", overriding->billable, "yes, no, or rules: as the rules say")
        .required()
        .one_of({"yes", "no", "rules"});
    over.add_option("--reason", overriding->reason, "why; needed for yes and no");

    const auto exporting = std::make_shared<Options>();
    Syntax exporter =
        add(commands, group, "export", "The report as a file",
            "report export 3 pdf --output may.pdf", Needs::Reads, exporting, export_report);
    commands.takes_file([exporting] { return NamedFile{exporting->output, FileUse::Replace}; });
    exporter.add_option("FORMAT", exporting->format, "pdf, xlsx, csv, json, html or text")
        .required()
        .one_of({"pdf", "xlsx", "csv", "json", "html", "text"});
    exporter.add_option("--output", exporting->output,
                        "a file, or a folder for a file named after the report; default: "
                        "standard output");
}

} // namespace hb::app
