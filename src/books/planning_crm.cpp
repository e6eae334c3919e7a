#include "books/planning.h"
#include "books/settings_names.h"
#include "domain/op_key.h"
#include "mapping/writes.h"
#include "mapping/writes_crm.h"

// What the CRM is told about a report: deal, invoice, documents, comments.
namespace hb::books {
namespace {

using domain::OpKind;
using domain::Purpose;

std::string new_stage(const Settings& settings) {
    // Stages of other funnels carry their funnel's prefix (protocol section 12).
    if (settings.deal_category == 0 || settings.deal_stage_new.find(':') != std::string::npos)
        return settings.deal_stage_new;
    return "C" + std::to_string(settings.deal_category) + ":" + settings.deal_stage_new;
}

bool has_billable(const domain::Revision& revision) {
    for (const auto& line : revision.lines)
        if (line.billable) return true;
    return false;
}

// As far as pulls have seen: a portal may take a deal of a company that is not there.
bool is_gone(const Reading& read, const KnownRemote& crm, const domain::Ref& company) {
    if (company.remote != crm.row.name) return false;
    const auto known = read->sources.known(crm.row.id, "companies", {company.id});
    const auto found = known.find(company.id);
    return found != known.end() && found->second.gone;
}

} // namespace

store::OpRow new_op(Step& step, const KnownRemote& remote, domain::OpKind kind,
                    domain::Repeat repeat, domain::Purpose purpose) {
    store::OpRow op;
    op.remote = remote.row.id;
    op.purpose = std::move(purpose);
    op.op.kind = kind;
    op.op.repeat = repeat;
    op.op.key = domain::new_key(step.ids);
    op.due_at = step.now();
    op.made_at = op.due_at;
    return op;
}

void write(store::OpRow& op, mapping::Written written) {
    op.op.fields = std::move(written.fields);
    op.needs = domain::needs_text(written.needs);
}

void Planning::plan_deal(const store::ReportRow& report) {
    const KnownRemote* crm = step_.crm();
    if (crm == nullptr) return;
    Viewing viewing(step_);
    const auto revision = viewing.revision(report);
    if (!has_billable(revision)) return;

    auto deal =
        new_op(step_, *crm, OpKind::DealCreate, domain::Repeat::Findable, Purpose::deal(report.id));
    deal.report = report.id;
    mapping::DealTerms terms;
    terms.key = deal.op.key;
    terms.company_id = revision.client.ref.id;
    terms.own_company_id = revision.own_company ? revision.own_company->ref.id : "";
    terms.category_id = step_.settings.deal_category;
    terms.stage_new = new_stage(step_.settings);
    terms.page = link_part(report);
    write(deal, mapping::deal_fields(*crm->mapping, revision, terms));
    if (is_gone(step_, *crm, revision.client.ref)) {
        deal.state = store::OpState::Parked;
        deal.last_error = "the company " + to_string(revision.client.ref) +
                          " is gone from the CRM: deleted, or merged into another. Cancel the "
                          "report and make it for the other company; or bring this one back, have "
                          "the CRM read as a whole, and this write tried again";
    }
    const auto deal_id = step_->outbox.add(deal);

    auto rows =
        new_op(step_, *crm, OpKind::DealRows, domain::Repeat::Fixed, Purpose::deal_rows(report.id));
    rows.report = report.id;
    rows.after = deal_id;
    rows.op.fields = mapping::row_fields(*crm->mapping, revision);
    const auto rows_id = step_->outbox.add(rows);

    if (step_.settings.invoice) plan_invoice(report, rows_id);
    plan_comment(report, "agreed");
    plan_documents(report, rows_id);
}

void Planning::plan_invoice(const store::ReportRow& report, std::int64_t after) {
    const KnownRemote* crm = step_.crm();
    const auto deal = step_->outbox.of_purpose(Purpose::deal(report.id));
    if (crm == nullptr || !deal) return;
    const auto revision = Viewing(step_).revision(report);
    auto invoice = new_op(step_, *crm, OpKind::InvoiceCreate, domain::Repeat::Findable,
                          Purpose::invoice(report.id));
    invoice.report = report.id;
    invoice.after = after;
    mapping::InvoiceTerms terms;
    terms.key = invoice.op.key;
    terms.company_id = revision.client.ref.id;
    terms.own_company_id = revision.own_company ? revision.own_company->ref.id : "";
    terms.deal = {deal->id};
    const auto card = step_->cards.of_report(report.id);
    const auto type = step_->kept.get(crm->row.id, kept::kCardType);
    if (card && !card->gone && type) {
        terms.card_parent = "parentId" + *type;
        terms.card = card->remote_id;
    }
    write(invoice, mapping::invoice_fields(*crm->mapping, revision, terms));
    const auto invoice_id = step_->outbox.add(invoice);

    auto rows = new_op(step_, *crm, OpKind::InvoiceRows, domain::Repeat::Fixed,
                       Purpose::invoice_rows(report.id));
    rows.report = report.id;
    rows.after = invoice_id;
    rows.op.fields = mapping::row_fields(*crm->mapping, revision);
    step_->outbox.add(rows);
}

// On the deal, which lists its documents itself (G36). The rows come first: templates print them.
void Planning::plan_documents(const store::ReportRow& report, std::int64_t after) {
    const KnownRemote* crm = step_.crm();
    const auto deal = step_->outbox.of_purpose(Purpose::deal(report.id));
    if (crm == nullptr || !deal || step_.settings.documents_dir.empty()) return;
    for (const auto& template_id : step_.settings.document_templates) {
        auto op = new_op(step_, *crm, OpKind::DocumentCreate, domain::Repeat::Findable,
                         Purpose::document(report.id, template_id));
        op.report = report.id;
        op.after = after;
        write(op, mapping::document_fields({deal->id}, template_id, report.number.value_or(""),
                                           op.op.key));
        step_->outbox.add(op);
    }
}

void Planning::plan_comment(const store::ReportRow& report, const std::string& what) {
    const KnownRemote* crm = step_.crm();
    if (crm == nullptr || report.revision == 0) return;
    const auto deal = step_->outbox.of_purpose(Purpose::deal(report.id));
    const auto card = step_->cards.of_report(report.id);
    if (!deal && (!card || card->gone)) return;
    Viewing viewing(step_);
    // The same step may come again: sent after a recall, paid after a reversal.
    const auto first = Purpose::comment(report.id, what);
    auto purpose = first;
    for (int times = 2; step_->outbox.of_purpose(purpose); ++times) purpose = first.again(times);
    auto op = new_op(step_, *crm, OpKind::CommentCreate, domain::Repeat::Findable, purpose);
    op.report = report.id;
    if (deal)
        op.after = deal->id;
    else
        op.op.target = card->remote_id;
    write(op, mapping::comment_fields(*crm->mapping, "comment." + what, viewing.revision(report),
                                      link_part(report), op.op.key, deal ? "deal" : "card"));
    step_->outbox.add(op);
}

void Planning::plan_deal_failed(const store::ReportRow& report) {
    const KnownRemote* crm = step_.crm();
    auto deal = step_->outbox.of_purpose(Purpose::deal(report.id));
    if (crm == nullptr || !deal) return;
    if (deal->state == store::OpState::Pending && deal->attempts == 0) {
        // It was never sent, so nothing needs to be taken back.
        for (auto op : step_->outbox.of_report(report.id)) {
            const bool stays = is_mark(op.op.kind) || is_card_write(op.op.kind);
            if (op.state != store::OpState::Pending || stays) continue;
            op.state = store::OpState::Done;
            op.superseded = true;
            op.done_at = step_.now();
            op.last_error = "not needed: the report was cancelled first";
            step_->outbox.update(op);
        }
        return;
    }
    const auto fail = [&](OpKind kind, const Purpose& of, const Purpose& purpose,
                          const domain::FailedStagePart& stage) {
        const auto made = step_->outbox.of_purpose(of);
        if (!made || made->superseded) return;
        auto op = new_op(step_, *crm, kind, domain::Repeat::Fixed, purpose);
        op.report = report.id;
        op.after = made->id;
        write(op, mapping::failed_stage_fields(stage)); // the outbox asks which one that is
        step_->outbox.add(op);
    };
    fail(OpKind::InvoiceStage, Purpose::invoice(report.id), Purpose::invoice_failed(report.id),
         {domain::StageOf::Invoice, ""});
    fail(OpKind::DealStage, Purpose::deal(report.id), Purpose::deal_failed(report.id),
         {domain::StageOf::Deal, std::to_string(step_.settings.deal_category)});
}

} // namespace hb::books
