#include <algorithm>
#include <set>
#include <span>

#include "base/clean.h"
#include "base/text.h"
#include "render/document_parts.h"
#include "render/paper.h"

// Page 1: who asks whom for what, then a table of each project, work without charge with its
// reasons, sums, how it was counted, and a place for two signatures. Every page says which report
// and which of how many pages it is.
namespace hb::render {

namespace {

constexpr double kSide = Paper::kSide;
constexpr double kWide = Paper::kWide;
constexpr double kRight = Paper::kRight;
constexpr double kGap = 12;         // between two columns
constexpr double kTitleLeast = 150; // of the task's column: figures get smaller before it does
constexpr double kReasonWide = 150;
constexpr int kTitleLines = 4;
constexpr double kQuiet = 0.35;

// Sizes at which a month of 36 lines takes two pages.
constexpr Face kBody{8};
constexpr Face kNumber{8, false, kQuiet};
constexpr Face kStrong{8, true};
constexpr Face kTitleFace{8, false, 0, kTitleLines};
constexpr Face kNoteFace{6.5, false, kQuiet, 2};
constexpr Face kHeadFace{6.8, true, kQuiet};
constexpr Face kSection{10, true};
constexpr Face kHeading{15, true, 0, 3};
constexpr Face kCompany{10, true, 0, 2};
constexpr Face kSmall{7.2, false, kQuiet};
constexpr double kAbove = 1.6;  // what is in a row
constexpr double kRowGap = 3.4; // with what is below it

struct Column {
    std::string head;
    double wide = 0;
    double right = 0;
};

class ReportPdf {
public:
    ReportPdf(const domain::ReportView& view, Canvas& canvas)
        : view_(view), parts_(parts_of(view)), words_(parts_.words), canvas_(canvas) {}

    void write() {
        add_top();
        add_work();
        add_free();
        add_sums();
        add_counted();
        add_completeness();
        add_signatures();
        paper_.write(canvas_, running());
    }

private:
    std::string money(std::int64_t minor) const {
        return shown_money(words_, minor, view_.currency);
    }
    std::string amount(std::int64_t minor) const {
        return shown_amount(words_, minor, view_.currency);
    }

    Running running() const {
        const std::string name = parts_.name + " · " + parts_.period;
        const std::string mark = parts_.draft ? std::string(words_.draft) : parts_.fingerprint;
        return {name, parts_.company, name + (mark == parts_.name ? "" : " · " + mark),
                std::string(words_.page_of), parts_.draft ? std::string(words_.draft) : ""};
    }

    // A text over the whole width.
    void add_text(std::string text, const Face& face, double after, bool keeps_next = false) {
        const double height = canvas_.height(text, face, kWide);
        paper_.add(
            {height + after, keeps_next, [text = std::move(text), face](Canvas& c, double y) {
                 c.text(kSide, y, kWide, text, face);
             }});
    }

    void add_section(std::string_view title) {
        paper_.space(9);
        add_text(std::string(title), kSection, 4, true);
    }

    void add_top() {
        add_brand();
        if (!parts_.company.empty()) add_text(parts_.company, kCompany, 6);
        add_text(parts_.heading, kHeading, 6);
        for (std::size_t i = 0; i < parts_.facts.size(); i += 2) add_facts(i);
        paper_.space(3);
        add_headline();
    }

    // The logo, and whom to ask on the right.
    void add_brand() {
        if (!view_.brand) return;
        const Brand& brand = *view_.brand;
        const std::string contact =
            document_text(join(said_of({brand.contact.person, brand.contact.phone,
                                        brand.contact.email, brand.contact.url}),
                               " · "));
        const std::string name =
            brand.logo || brand.name == parts_.company ? "" : document_text(brand.name);
        if (!brand.logo && name.empty() && contact.empty()) return;
        constexpr double kLogoHigh = 28, kLogoWide = 150, kAside = kWide - kLogoWide - kGap;
        const Face face{7.2, false, kQuiet, 3};
        const double scale =
            !brand.logo ? 0
                        : std::min(kLogoHigh / brand.logo->height, kLogoWide / brand.logo->width);
        const double high = brand.logo ? brand.logo->height * scale : 12;
        const BrandPtr kept = view_.brand;
        paper_.add({std::max(high, canvas_.height(contact, face, kAside)) + 8, true,
                    [=](Canvas& c, double y) {
                        if (kept->logo)
                            c.picture(kSide, y, kept->logo->width * scale, high, kept->logo->png);
                        else
                            c.text(kSide, y, kLogoWide, name, kCompany);
                        c.text(kRight - kAside, y, kAside, contact, face, Side::Right);
                    }});
    }
    static std::vector<std::string> said_of(std::vector<std::string> all) {
        std::erase(all, "");
        return all;
    }

    // Two of them beside each other.
    void add_facts(std::size_t from) {
        constexpr double kHalf = kWide / 2, kWord = 62;
        constexpr double wide = kHalf - kWord - 10;
        const Face face{8.5, false, 0, 4};
        const auto two = std::span(parts_.facts).subspan(from);
        std::vector<DocumentFact> facts(two.begin(), two.begin() + (two.size() > 1 ? 2 : 1));
        double height = 0;
        for (const DocumentFact& fact : facts)
            height = std::max(height, canvas_.height(fact.value, face, wide));
        paper_.add({height + 3, false, [=, facts = std::move(facts)](Canvas& c, double y) {
                        double x = kSide;
                        for (const DocumentFact& fact : facts) {
                            c.text(x, y, kWord - 6, fact.word, Face{8.5, false, kQuiet, 2});
                            c.text(x + kWord, y, wide, fact.value, face);
                            x += kHalf;
                        }
                    }});
    }

    // What it is all about: the total and the hours.
    void add_headline() {
        const std::string sums = std::string(words_.total) + ": " + money(view_.totals.total) +
                                 "    " + std::string(words_.hours) + ": " +
                                 shown_time(view_.billed_seconds);
        const Face face{11, true};
        const double height = canvas_.height(sums, face, kWide);
        paper_.add({height + 12, false, [=](Canvas& c, double y) {
                        c.line(kSide, y + 2, kWide, 0.75, 0);
                        c.text(kSide, y + 6, kWide, sums, face);
                        c.line(kSide, y + height + 10, kWide, 0.75, 0);
                    }});
    }

    // --- columns of figures

    // Digits are alike in width, so one figure of each shape is measured.
    double widest(const std::vector<std::string>& cells, const Face& face) {
        std::set<std::string> shapes;
        double wide = 0;
        for (std::string shape : cells) {
            for (char& c : shape)
                if (c >= '0' && c <= '9') c = '0';
            if (shapes.insert(shape).second) wide = std::max(wide, canvas_.width(shape, face));
        }
        return wide;
    }

    double widest_word(std::string_view text, const Face& face) {
        double wide = 0;
        std::size_t at = 0;
        while (at <= text.size()) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            wide = std::max(wide, canvas_.width(text.substr(at, end - at), face));
            at = end + 1;
        }
        return wide;
    }

    std::vector<std::string> figures_of(const domain::Line& line) const {
        std::vector<std::string> all;
        if (parts_.rounded) all.push_back(shown_time(line.worked_seconds));
        all.push_back(shown_time(line.billed_seconds));
        all.push_back(amount(line.rate));
        all.push_back(amount(line.amount));
        return all;
    }

    // From the right edge, each as wide as its content; smaller letters where the task would
    // get too little room. No figure is ever broken or cut.
    void measure() {
        columns_.clear();
        if (parts_.rounded) columns_.push_back({std::string(words_.worked)});
        columns_.push_back({std::string(parts_.rounded ? words_.billed : words_.hours)});
        columns_.push_back({std::string(words_.rate)});
        columns_.push_back({parts_.amount_word});
        std::vector<std::vector<std::string>> cells(columns_.size());
        for (const DocumentGroup& group : parts_.groups) {
            for (const DocumentLine& each : group.lines) {
                const auto figures = figures_of(*each.line);
                for (std::size_t i = 0; i < figures.size(); ++i) cells[i].push_back(figures[i]);
            }
            cells.back().push_back(amount(group.amount));
        }
        number_wide_ = canvas_.width(std::to_string(view_.lines.size()), kBody) + 9;
        for (figure_face_ = kBody; figure_face_.size > 4; figure_face_.size -= 0.5)
            if (place_columns(cells) >= kTitleLeast) break;
    }

    // What is left for the task.
    double place_columns(const std::vector<std::vector<std::string>>& cells) {
        double right = kRight;
        Face strong = figure_face_;
        strong.bold = true; // sums are in the same column
        for (std::size_t i = columns_.size(); i-- > 0;) {
            columns_[i].wide =
                std::max(widest(cells[i], strong), widest_word(columns_[i].head, kHeadFace));
            columns_[i].right = right;
            right -= columns_[i].wide + kGap;
        }
        title_x_ = kSide + number_wide_;
        title_wide_ = right - title_x_;
        return title_wide_;
    }

    std::shared_ptr<const Block> work_head() {
        double height = canvas_.height(words_.task, kHeadFace, title_wide_);
        for (const Column& column : columns_)
            height = std::max(height, canvas_.height(column.head, kHeadFace, column.wide + 1));
        return std::make_shared<const Block>(
            Block{height + 3, true, [this, height](Canvas& c, double y) {
                      c.text(title_x_, y, title_wide_, words_.task, kHeadFace);
                      for (const Column& column : columns_)
                          c.text(column.right - column.wide - 1, y, column.wide + 1, column.head,
                                 kHeadFace, Side::Right);
                      c.line(kSide, y + height + 3, kWide, 0.75, 0.3);
                  }});
    }

    void add_work() {
        if (parts_.groups.empty()) return;
        measure();
        add_section(words_.billable_title);
        const auto head = work_head();
        for (const DocumentGroup& group : parts_.groups) {
            add_project(group, head);
            for (const DocumentLine& each : group.lines) add_line(each, head);
        }
    }

    void add_project(const DocumentGroup& group, const std::shared_ptr<const Block>& head) {
        const Face face{8, true, 0, 2};
        const double amount_x = columns_.back().right;
        const std::string sum = amount(group.amount);
        const std::string count =
            counted(words_, words_.lines_counted, static_cast<std::int64_t>(group.lines.size()));
        const std::string name =
            group.project + " · " + count + " · " + shown_time(group.billed_seconds);
        const double wide = kWide - columns_.back().wide - kGap;
        const double height = canvas_.height(name, face, wide);
        Face figure = figure_face_;
        figure.bold = true;
        paper_.add({height + 7, true,
                    [=](Canvas& c, double y) {
                        c.text(kSide, y + 4, wide, name, face);
                        c.figure(amount_x, y + 4, sum, figure);
                    },
                    head});
    }

    void add_line(const DocumentLine& each, const std::shared_ptr<const Block>& head) {
        const std::string title = document_text(each.line->task_title, 1000);
        const std::string note = line_note(words_, view_, *each.line);
        const double title_high = canvas_.height(title, kTitleFace, title_wide_);
        const double note_high = note.empty() ? 0 : canvas_.height(note, kNoteFace, title_wide_);
        const domain::Line* line = each.line;
        paper_.add({title_high + note_high + kRowGap, false,
                    [=, this, number = each.number](Canvas& c, double y) {
                        c.line(kSide, y, kWide, 0.4, 0.85);
                        c.text(kSide, y + kAbove, number_wide_, std::to_string(number), kNumber);
                        c.text(title_x_, y + kAbove, title_wide_, title, kTitleFace);
                        if (!note.empty())
                            c.text(title_x_, y + kAbove + title_high, title_wide_, note, kNoteFace);
                        const auto figures = figures_of(*line);
                        for (std::size_t i = 0; i < figures.size(); ++i)
                            c.figure(columns_[i].right, y + kAbove, figures[i], figure_face_);
                    },
                    head});
    }

    // --- without charge

    struct FreeTable {
        double number = 0, title = 0, reason_x = 0, hours = 0;
    };

    void add_free() {
        if (parts_.free.empty()) return;
        add_section(words_.free_title);
        add_text(std::string(words_.free_note), kSmall, 4, true);
        std::vector<std::string> cells{shown_time(view_.nonbillable_seconds)};
        for (const DocumentLine& each : parts_.free)
            cells.push_back(shown_time(each.line->worked_seconds));
        FreeTable table;
        table.number = canvas_.width(std::to_string(view_.lines.size()), kBody) + 8;
        table.hours = std::max(widest(cells, kStrong), widest_word(words_.hours, kHeadFace));
        table.reason_x = kRight - table.hours - kGap - kReasonWide;
        table.title = table.reason_x - kGap - kSide - table.number;
        const auto head = free_head(table);
        for (const DocumentLine& each : parts_.free) add_free_line(each, table, head);
        const std::string hours = shown_time(view_.nonbillable_seconds);
        paper_.add({16, false,
                    [=](Canvas& c, double y) {
                        c.line(kSide, y, kWide, 0.75, 0.3);
                        c.figure(kRight, y + 3, hours, kStrong);
                    },
                    head});
    }

    std::shared_ptr<const Block> free_head(const FreeTable& table) {
        return std::make_shared<const Block>(
            Block{12, true, [this, table](Canvas& c, double y) {
                      c.text(kSide + table.number, y, table.title, words_.task, kHeadFace);
                      c.text(table.reason_x, y, kReasonWide, words_.reason, kHeadFace);
                      c.figure(kRight, y, words_.hours, kHeadFace);
                      c.line(kSide, y + 12, kWide, 0.75, 0.3);
                  }});
    }

    void add_free_line(const DocumentLine& each, const FreeTable& table,
                       const std::shared_ptr<const Block>& head) {
        const std::string title = document_text(each.line->task_title, 1000);
        const std::string reason = line_reason(words_, view_, *each.line);
        const std::string note = line_note(words_, view_, *each.line);
        const std::string hours = shown_time(each.line->worked_seconds);
        const double title_high = canvas_.height(title, kTitleFace, table.title);
        const double note_high = note.empty() ? 0 : canvas_.height(note, kNoteFace, table.title);
        const double reason_high = canvas_.height(reason, kTitleFace, kReasonWide);
        paper_.add({std::max(title_high + note_high, reason_high) + kRowGap, false,
                    [=, number = each.number](Canvas& c, double y) {
                        c.line(kSide, y, kWide, 0.4, 0.85);
                        c.text(kSide, y + kAbove, table.number, std::to_string(number), kNumber);
                        c.text(kSide + table.number, y + kAbove, table.title, title, kTitleFace);
                        if (!note.empty())
                            c.text(kSide + table.number, y + kAbove + title_high, table.title, note,
                                   kNoteFace);
                        c.text(table.reason_x, y + kAbove, kReasonWide, reason, kTitleFace);
                        c.figure(kRight, y + kAbove, hours, kBody);
                    },
                    head});
    }

    // --- below the tables

    void add_sums() {
        paper_.space(8);
        for (std::size_t i = 0; i < parts_.sums.size(); ++i) {
            const DocumentSum& sum = parts_.sums[i];
            const bool total = sum.kind == SumKind::Total;
            const Face face{total ? 10.5 : 8.0, total};
            const std::string figure = sum.kind == SumKind::NoVat ? "" : money(sum.minor);
            const double height = canvas_.height(sum.word, face, kWide) + 6;
            paper_.add({height, i + 1 < parts_.sums.size(),
                        [face, figure, word = sum.word](Canvas& c, double y) {
                            const double wide = kWide / 2;
                            c.line(kRight - wide, y, wide, 0.4, 0.6);
                            c.text(kRight - wide, y + 3, wide, word, face);
                            c.figure(kRight, y + 3, figure, face);
                        }});
        }
    }

    void add_counted() {
        add_section(words_.counted_title);
        std::string all;
        for (const std::string& rule : parts_.rules) all += (all.empty() ? "" : " ") + rule;
        add_text(all, kSmall, 0);
    }

    void add_completeness() {
        if (parts_.complete_text.empty()) return;
        add_section(words_.complete_title);
        add_text(parts_.complete_text, kSmall, 3, !parts_.complete_rows.empty());
        for (const DocumentFact& row : parts_.complete_rows)
            paper_.add({10.5, false, [row](Canvas& c, double y) {
                            c.figure(kSide + 70, y, row.word, Face{7.2, true, kQuiet});
                            c.text(kSide + 80, y, kWide - 80, row.value, kSmall);
                        }});
        for (const std::string& note : parts_.complete_notes) add_text(note, kSmall, 2);
    }

    // Both beside each other, never parted.
    void add_signatures() {
        const double wide = (kWide - 40) / 2;
        const Face name{8, true, 0, 2};
        const std::string ours = parts_.company, theirs = parts_.client;
        const double high =
            std::max(canvas_.height(ours, name, wide), canvas_.height(theirs, name, wide));
        paper_.space(10);
        paper_.add({high + 56, false, [=, this](Canvas& c, double y) {
                        const auto side = [&](double x, std::string_view word,
                                              const std::string& who) {
                            c.text(x, y, wide, word, kSmall);
                            c.text(x, y + 12, wide, who, name);
                            c.line(x, y + high + 40, wide, 0.6, 0);
                            c.text(x, y + high + 43, wide, words_.sign_here, kSmall);
                        };
                        side(kSide, words_.our_side, ours);
                        side(kSide + wide + 40, words_.client_side, theirs);
                    }});
    }

    const domain::ReportView& view_;
    const DocumentParts parts_;
    const Words& words_;
    Canvas& canvas_;
    Paper paper_;
    std::vector<Column> columns_;
    Face figure_face_ = kBody;
    double number_wide_ = 0, title_x_ = 0, title_wide_ = 0;
};

} // namespace

Result<std::string> report_pdf(const domain::ReportView& view) {
    const DocumentParts parts = parts_of(view);
    Canvas::About about;
    about.title = parts.name + " · " + parts.period;
    about.author = parts.company;
    about.language = parts.words.language;
    about.made_at = made_at(view);
    auto canvas = Canvas::make(about);
    if (!canvas) return canvas.error();
    ReportPdf(view, *canvas).write();
    return canvas->finish();
}

} // namespace hb::render
