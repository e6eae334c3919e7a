#include "sandbox/crm_store.h"

// The built-in fields of each CRM type, in the order of the portal's own answers.
namespace hb::sandbox {

namespace {

using enum FieldType;
constexpr Access kWrite = Access::Writable;
constexpr Access kRead = Access::ReadOnly;

// Fields that exist and are always null.
void add_empty(std::vector<CrmField>& to, std::initializer_list<const char*> universal) {
    for (const char* name : universal) to.push_back({"", name, Text, kRead, name});
}

void add_history(std::vector<CrmField>& to) {
    to.push_back({"MOVED_BY_ID", "movedBy", Integer, kRead, "Moved by"});
    to.push_back({"MOVED_TIME", "movedTime", Moment, kRead, "Moved at"});
    to.push_back({"LAST_ACTIVITY_BY", "lastActivityBy", Integer, kRead, "Last activity by"});
    to.push_back({"LAST_ACTIVITY_TIME", "lastActivityTime", Moment, kRead, "Last activity"});
}

void add_utm(std::vector<CrmField>& to) {
    to.push_back({"UTM_SOURCE", "utmSource", Text, kWrite, "UTM source"});
    to.push_back({"UTM_MEDIUM", "utmMedium", Text, kWrite, "UTM medium"});
    to.push_back({"UTM_CAMPAIGN", "utmCampaign", Text, kWrite, "UTM campaign"});
    to.push_back({"UTM_CONTENT", "utmContent", Text, kWrite, "UTM content"});
    to.push_back({"UTM_TERM", "utmTerm", Text, kWrite, "UTM term"});
}

void add_money(std::vector<CrmField>& to) {
    to.push_back({"OPPORTUNITY", "opportunity", Amount, kWrite, "Amount", "0"});
    to.push_back({"IS_MANUAL_OPPORTUNITY", "isManualOpportunity", Flag, kWrite, "Manual amount"});
    to.push_back({"TAX_VALUE", "taxValue", Amount, kRead, "Tax", "0"});
    to.push_back({"CURRENCY_ID", "currencyId", Text, kWrite, "Currency"});
}

void add_birth(std::vector<CrmField>& to) {
    to.push_back({"ID", "id", Integer, kRead, "ID"});
    to.push_back({"DATE_CREATE", "createdTime", Moment, kRead, "Created at"});
    to.push_back({"DATE_MODIFY", "updatedTime", Moment, kRead, "Updated at"});
    to.push_back({"CREATED_BY_ID", "createdBy", Integer, kRead, "Created by"});
    to.push_back({"MODIFY_BY_ID", "updatedBy", Integer, kRead, "Updated by"});
    to.push_back({"ASSIGNED_BY_ID", "assignedById", Integer, kWrite, "Assigned to"});
    to.push_back({"OPENED", "opened", Flag, kWrite, "Publicly available"});
}

void add_stage(std::vector<CrmField>& to) {
    to.push_back({"CATEGORY_ID", "categoryId", Integer, kWrite, "Pipeline"});
    to.push_back({"STAGE_ID", "stageId", Text, kWrite, "Stage"});
    to.push_back({"STAGE_SEMANTIC_ID", "stageSemanticId", Text, kRead, "Stage group"});
}

void add_origin(std::vector<CrmField>& to) {
    to.push_back({"ORIGINATOR_ID", "originatorId", Text, kWrite, "External source"});
    to.push_back({"ORIGIN_ID", "originId", Text, kWrite, "External id"});
}

std::vector<CrmField> deal_fields() {
    std::vector<CrmField> f;
    add_birth(f);
    add_empty(f, {"dateCreateShort", "dateModifyShort", "begindateShort", "closedateShort",
                  "eventDate", "eventDateShort", "eventId", "eventDescription", "productId",
                  "searchContent", "orderStage", "isWork", "isWon", "isLose", "receivedAmount",
                  "lostAmount", "hasProducts"});
    f.push_back({"LEAD_ID", "leadId", Integer, kWrite, "Lead"});
    f.push_back({"COMPANY_ID", "companyId", Integer, kWrite, "Company", "0"});
    f.push_back({"CONTACT_ID", "contactId", Integer, kWrite, "Contact", "0"});
    f.push_back({"QUOTE_ID", "quoteId", Integer, kWrite, "Estimate"});
    f.push_back({"TITLE", "title", Text, kWrite, "Name"});
    add_stage(f);
    f.push_back({"IS_NEW", "isNew", Flag, kRead, "New"});
    f.push_back({"IS_RECURRING", "isRecurring", Flag, kRead, "Recurring"});
    f.push_back({"IS_RETURN_CUSTOMER", "isReturnCustomer", Flag, kWrite, "Repeat deal"});
    f.push_back({"IS_REPEATED_APPROACH", "isRepeatedApproach", Flag, kWrite, "Repeat inquiry"});
    f.push_back({"CLOSED", "closed", Flag, kRead, "Closed"});
    f.push_back({"TYPE_ID", "typeId", Text, kWrite, "Type"});
    add_money(f);
    f.push_back({"PROBABILITY", "probability", Integer, kWrite, "Probability"});
    f.push_back({"COMMENTS", "comments", Text, kWrite, "Comment"});
    f.push_back({"BEGINDATE", "begindate", Date, kWrite, "Start date"});
    f.push_back({"CLOSEDATE", "closedate", Date, kWrite, "End date"});
    f.push_back({"LOCATION_ID", "locationId", Text, kRead, "Location"});
    f.push_back({"", "webformId", Integer, kRead, "Created by CRM form", "0"});
    f.push_back({"SOURCE_ID", "sourceId", Text, kWrite, "Source"});
    f.push_back({"SOURCE_DESCRIPTION", "sourceDescription", Text, kWrite, "Source details"});
    add_origin(f);
    f.push_back({"ADDITIONAL_INFO", "additionalInfo", Text, kWrite, "Additional information"});
    add_history(f);
    add_utm(f);
    f.push_back({"", "observers", IntegerList, kWrite, "Observers"});
    f.push_back({"", "contactIds", IntegerList, kWrite, "Contacts"});
    return f;
}

std::vector<CrmField> invoice_fields() {
    std::vector<CrmField> f;
    add_birth(f);
    f.push_back({"", "xmlId", Text, kWrite, "External code"});
    f.push_back({"", "title", Text, kWrite, "Name"});
    f.push_back({"", "accountNumber", Text, kWrite, "Number"});
    f.push_back({"", "companyId", Integer, kWrite, "Company", "0"});
    f.push_back({"", "contactId", Integer, kWrite, "Contact", "0"});
    f.push_back({"", "mycompanyId", Integer, kWrite, "Your company", "0"});
    add_stage(f);
    f.push_back({"", "previousStageId", Text, kRead, "Previous stage"});
    add_money(f);
    f.push_back({"", "comments", Text, kWrite, "Comment"});
    f.push_back({"BEGINDATE", "begindate", Date, kWrite, "Invoice date"});
    f.push_back({"CLOSEDATE", "closedate", Date, kWrite, "Pay before"});
    f.push_back({"", "webformId", Integer, kRead, "Created by CRM form", "0"});
    f.push_back({"", "sourceId", Text, kWrite, "Source"});
    f.push_back({"", "sourceDescription", Text, kWrite, "Source details"});
    f.push_back({"", "locationId", Text, kRead, "Location"});
    add_history(f);
    add_utm(f);
    f.push_back({"", "observers", IntegerList, kWrite, "Observers"});
    f.push_back({"", "contactIds", IntegerList, kWrite, "Contacts"});
    f.push_back({"", "parentId2", Integer, kWrite, "Deal"});
    f.push_back({"", "parentId7", Integer, kWrite, "Estimate"});
    // An invoice has no classic call, and ids of its fields in upper case only by chance.
    for (auto& field : f) field.classic.clear();
    return f;
}

void add_address(std::vector<CrmField>& to) {
    for (const char* prefix : {"ADDRESS", "REG_ADDRESS"})
        for (const char* suffix : {"", "_2", "_CITY", "_POSTAL_CODE", "_REGION", "_PROVINCE",
                                   "_COUNTRY", "_COUNTRY_CODE"})
            to.push_back({std::string{prefix} + suffix, "", Text, kWrite, "Address"});
}

std::vector<CrmField> company_fields() {
    std::vector<CrmField> f;
    f.push_back({"ID", "id", Integer, kRead, "ID"});
    f.push_back({"COMPANY_TYPE", "typeId", Text, kWrite, "Company type"});
    f.push_back({"TITLE", "title", Text, kWrite, "Name"});
    f.push_back({"LOGO", "", Text, kRead, "Logo"});
    f.push_back({"LEAD_ID", "leadId", Integer, kRead, "Lead"});
    f.push_back({"HAS_PHONE", "hasPhone", Flag, kRead, "Has phone"});
    f.push_back({"HAS_EMAIL", "hasEmail", Flag, kRead, "Has e-mail"});
    f.push_back({"HAS_IMOL", "hasImol", Flag, kRead, "Has chat"});
    f.push_back({"ASSIGNED_BY_ID", "assignedById", Integer, kWrite, "Assigned to"});
    f.push_back({"CREATED_BY_ID", "createdBy", Integer, kRead, "Created by"});
    f.push_back({"MODIFY_BY_ID", "updatedBy", Integer, kRead, "Updated by"});
    f.push_back({"BANKING_DETAILS", "bankingDetails", Text, kWrite, "Bank details"});
    f.push_back({"INDUSTRY", "industry", Text, kWrite, "Industry"});
    f.push_back({"REVENUE", "revenue", Integer, kWrite, "Revenue", "0"});
    f.push_back({"CURRENCY_ID", "currencyId", Text, kWrite, "Currency"});
    f.push_back({"EMPLOYEES", "employees", Text, kWrite, "Employees"});
    f.push_back({"COMMENTS", "comments", Text, kWrite, "Comment", "\"\""});
    f.push_back({"DATE_CREATE", "createdTime", Moment, kRead, "Created at"});
    f.push_back({"DATE_MODIFY", "updatedTime", Moment, kRead, "Updated at"});
    f.push_back({"OPENED", "opened", Flag, kWrite, "Publicly available"});
    f.push_back({"IS_MY_COMPANY", "isMyCompany", Flag, kWrite, "Own company"});
    f.push_back({"", "categoryId", Integer, kWrite, "Category", "0"});
    add_origin(f);
    f.push_back({"ORIGIN_VERSION", "originVersion", Text, kWrite, "External version"});
    add_address(f);
    add_utm(f);
    f.push_back({"LAST_ACTIVITY_BY", "lastActivityBy", Integer, kRead, "Last activity by"});
    f.push_back({"LAST_ACTIVITY_TIME", "lastActivityTime", Moment, kRead, "Last activity"});
    f.push_back({"PHONE", "", TextList, kWrite, "Phone"});
    f.push_back({"EMAIL", "", TextList, kWrite, "E-mail"});
    return f;
}

std::vector<CrmField> contact_fields() {
    std::vector<CrmField> f;
    add_birth(f);
    f.push_back({"NAME", "name", Text, kWrite, "First name"});
    f.push_back({"LAST_NAME", "lastName", Text, kWrite, "Last name"});
    f.push_back({"SECOND_NAME", "secondName", Text, kWrite, "Second name"});
    f.push_back({"POST", "post", Text, kWrite, "Position"});
    f.push_back({"COMPANY_ID", "companyId", Integer, kWrite, "Company"});
    f.push_back({"TYPE_ID", "typeId", Text, kWrite, "Contact type"});
    f.push_back({"SOURCE_ID", "sourceId", Text, kWrite, "Source"});
    f.push_back({"EXPORT", "export", Flag, kWrite, "Included in export"});
    f.push_back({"IMPORT", "", Flag, kRead, "Imported"});
    f.push_back({"COMMENTS", "comments", Text, kWrite, "Comment"});
    f.push_back({"HAS_PHONE", "hasPhone", Flag, kRead, "Has phone"});
    f.push_back({"HAS_EMAIL", "hasEmail", Flag, kRead, "Has e-mail"});
    add_origin(f);
    add_utm(f);
    f.push_back({"PHONE", "", TextList, kWrite, "Phone"});
    f.push_back({"EMAIL", "", TextList, kWrite, "E-mail"});
    return f;
}

// Every smart process has these.
std::vector<CrmField> common_fields() {
    std::vector<CrmField> f;
    add_birth(f);
    f.push_back({"", "xmlId", Text, kWrite, "External code"});
    f.push_back({"", "title", Text, kWrite, "Name"});
    f.push_back({"", "categoryId", Integer, kWrite, "Pipeline"});
    f.push_back({"", "webformId", Integer, kRead, "Created by CRM form", "0"});
    add_history(f);
    add_utm(f);
    return f;
}

std::vector<CrmField> fields_of_flag(std::string_view flag) {
    if (flag == "isStagesEnabled")
        return {{"", "stageId", Text, kWrite, "Stage"},
                {"", "stageSemanticId", Text, kRead, "Stage group"},
                {"", "previousStageId", Text, kRead, "Previous stage"}};
    if (flag == "isBeginCloseDatesEnabled")
        return {{"", "begindate", Date, kWrite, "Start date"},
                {"", "closedate", Date, kWrite, "End date"}};
    if (flag == "isClientEnabled")
        return {{"", "companyId", Integer, kWrite, "Company", "0"},
                {"", "contactId", Integer, kWrite, "Contact", "0"},
                {"", "contactIds", IntegerList, kWrite, "Contacts"}};
    if (flag == "isMycompanyEnabled")
        return {{"", "mycompanyId", Integer, kWrite, "Your company", "0"}};
    if (flag == "isObserversEnabled") return {{"", "observers", IntegerList, kWrite, "Observers"}};
    if (flag == "isSourceEnabled")
        return {{"", "sourceId", Text, kWrite, "Source"},
                {"", "sourceDescription", Text, kWrite, "Source details"}};
    if (flag != "isLinkWithProductsEnabled") return {};
    std::vector<CrmField> f;
    add_money(f);
    return f;
}

CrmStore store_of(int entity_type, std::vector<CrmField> fields) {
    CrmStore out;
    out.entity_type = entity_type;
    out.fields = std::move(fields);
    return out;
}

} // namespace

std::vector<CrmField> dynamic_fields(std::string_view flag) {
    std::vector<CrmField> f = flag.empty() ? common_fields() : fields_of_flag(flag);
    for (auto& field : f) field.classic.clear(); // there are no classic calls for it
    return f;
}

std::map<int, CrmStore> new_crm_stores() {
    std::map<int, CrmStore> out;
    out.emplace(2, store_of(2, deal_fields()));
    out.emplace(3, store_of(3, contact_fields()));
    out.emplace(4, store_of(4, company_fields()));
    out.emplace(31, store_of(31, invoice_fields()));
    return out;
}

} // namespace hb::sandbox
