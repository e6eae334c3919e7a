#include "render/locale.h"

namespace hb::render {

extern const Words kWordsEn;
const Words kWordsEn = {
    .language = "en",
    .decimal_point = ".",
    .thousands = ",",
    .csv_separator = ",",
    .plural = PluralRule::English,
    .months = {"January", "February", "March", "April", "May", "June", "July", "August",
               "September", "October", "November", "December"},
    .months_alone = {"January", "February", "March", "April", "May", "June", "July", "August",
                     "September", "October", "November", "December"},
    .date = "{0}\u00A0{1}\u00A0{2}",
    .whole_month = "{0}\u00A0{1}",
    .days_of_month = "{0} to {1}",
    .days_between = "{0} to {1}",
    .first_day = "1",
    .sheet_date = "d mmm yyyy",

    .report = "Report",
    .report_title = "Report on hours worked",
    .for_client = "For",
    .period = "Period",
    .state_sent = "Waiting for your agreement",
    .state_agreed = "Agreed",
    .state_invoiced = "Invoiced",
    .state_partly_paid = "Partly paid",
    .state_paid = "Paid",
    .to_pay = "To pay",
    .paid_of = "{0} of {1} paid",

    .skip = "Skip to the work",
    .on_this_page = "On this page",
    .jump_agree = "Agree",
    .jump_files = "Files",

    .chart_projects = "Hours by project",
    .chart_types = "Hours by type of work",
    .chart_rest = "Other",
    .chart_untyped = "Not specified",

    .next_title = "What happens next",
    .next_sent = "Please check the work below and agree. We will then issue an invoice for "
                 "exactly this amount.",
    .next_sent_free = "Please check the work below and acknowledge it. There is nothing to pay "
                      "and no invoice will follow.",
    .next_drifted = "The work of this period has changed since; you agree to the figures shown "
                    "here, or wait for the next version.",
    .agreed_by = "Agreed by {0} on {1}.",
    .agreed_on = "Agreed on {0}.",
    .next_agreed = "Thank you. There is nothing more for you to do now: we will issue an invoice "
                   "for {0}.",
    .next_agreed_free = "Thank you. There is nothing to pay and nothing more for you to do.",
    .next_invoiced = "The invoice for {0} has been issued. Please pay it as stated on the invoice.",
    .next_partly_paid = "We have received {0}, thank you. {1} is still due, as stated on the "
                        "invoice.",
    .next_paid = "Thank you, your payment has been received in full. There is nothing more for "
                 "you to do.",

    .thanks = "Your agreement has been recorded.",
    .already = "This report has already been agreed. Nothing was recorded a second time.",
    .nothing_to_pay = "Nothing to pay",
    .acknowledge_title = "Please acknowledge",
    .acknowledge_explained = "By acknowledging you confirm the hours. There is nothing to pay.",
    .acknowledge_button = "I acknowledge this report",

    .billable_title = "Work done",
    .task = "Task",
    .work_type = "Type of work",
    .worked = "Worked",
    .billed = "Billed",
    .hours = "Hours",
    .rate = "Rate per hour",
    .amount = "Amount",
    .no_project = "Without a project",
    .correction = "Correction of an earlier report",
    .show_lines = "Tasks: {0}",
    .free_title = "Done without charge",
    .free_note = "Not charged. Shown for completeness.",
    .reason = "Why",
    .planner_reason = "marked as not billable where it was logged",
    .no_task = "Work without a task",

    .sums_title = "Summary",
    .before_vat = "{0} (excl. VAT)",
    .sum_of_lines = "Subtotal (excl. VAT)",
    .vat = "VAT {0} %",
    .vat_included = "Including VAT {0} %",
    .no_vat = "Without VAT",
    .total = "Total",
    .paid = "Paid",
    .due = "Amount due",
    .credit = "Credit balance",

    .counted_title = "How it was counted",
    .price_rule = "An amount is billed time multiplied by the rate per hour, rounded once for each "
                  "line. Times are hours:minutes, or hours:minutes:seconds.",
    .rounding_none = "Time is billed exactly as it was recorded, without rounding.",
    .rounding_entry = "Each record of billable time is rounded {0}.",
    .rounding_task_day = "The billable time of each task on each day is rounded {0}.",
    .rounding_task = "The billable time of each task in this report is rounded {0}.",
    .rounding_report = "All billable time of this report together is rounded {0}.",
    .rounding_up = "up in steps of {0}",
    .rounding_down = "down in steps of {0}",
    .rounding_nearest = "to the nearest {0}, halves rounded up",
    .minutes = "{0}\u00A0min",

    .complete_title = "Nothing left out, nothing counted twice",
    .complete_source = "In this period {0} hours were recorded on your work. Every minute appears "
                       "in exactly one row:",
    .complete_all_here =
        "In this period {0} hours were recorded on your work, and all of it is in this "
        "report.",
    .row_billed = "billed in this report, before rounding",
    .row_free = "in this report, without charge",
    .row_held = "in other reports",
    .row_late = "recorded late, not billed yet; we will ask you",
    .row_excluded = "taken out of this report by us",
    .row_filtered = "outside the scope of this report",
    .row_external = "settled before, outside these reports",
    .row_written_off = "written off, you never pay for it",
    .row_no_task = "not assigned to a task yet, not billed",
    .row_long = "in records of more than a day, which we check; not billed",
    .other_periods = "This report also includes {0} hours from other periods: time that was "
                     "recorded late, and corrections.",

    .unread = "Records that could not be read and are not in any report: {0}.",
    .unread_hours = "Records that could not be read and are not in any report: {0}, with {1} "
                    "hours.",

    .agree_title = "Do you agree?",
    .agree_explained = "By agreeing you confirm the hours and the total of {0}. The invoice will "
                       "carry exactly these figures.",
    .agree_name = "Your name",
    .agree_email = "E-mail",
    .agree_button = "I agree with this report",
    .optional = "optional",
    .stale_text = "The report was changed while you were reading it, so your agreement was not "
                  "recorded. Please look at the current figures below.",
    .corrected_title = "This report is being corrected",
    .corrected_text = "Its figures are no longer valid. The corrected report will appear at this "
                      "same address; there is nothing for you to do until then.",
    .cancelled_title = "This report was cancelled",
    .cancelled_text = "Its figures are no longer valid and you do not have to pay it. Please ask "
                      "your contact if you expected something else.",

    .download = "Download",
    .revision = "Revision",

    .page_of = "Page {0} of {1}",
    .draft = "Draft",
    .number = "Number",
    .lines_counted = {"{0}\u00A0line", "{0}\u00A0lines", "{0}\u00A0lines"},
    .our_side = "For the contractor",
    .client_side = "For the client",
    .sign_here = "name, signature, date",
    .project = "Project",
    .people = "People",
    .billable_head = "Billable",
    .currency = "Currency",
    .yes = "yes",
    .no = "no",
    .csv_heads = {"line", "kind", "project", "task", "task_ref", "task_url", "work_type",
                  "billable", "reason", "people", "worked_seconds", "worked", "billed_seconds",
                  "billed", "rate", "amount", "currency"},
};

} // namespace hb::render
