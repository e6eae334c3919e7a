#pragma once

namespace hb::app {

class Commands;
class Syntax;

// One function a file; table.cpp calls them in the order of `hourbridge --help`.
void add_demo(Commands& commands);
void add_init(Commands& commands);
void add_check(Commands& commands);
void add_sync(Commands& commands);
void add_contract(Commands& commands);
void add_report(Commands& commands);
void add_mapping(Commands& commands);
void add_preset(Commands& commands);
void add_late(Commands& commands);
void add_entry(Commands& commands);
void add_payment(Commands& commands);
void add_link(Commands& commands);
void add_alias(Commands& commands);
void add_connector(Commands& commands);
void add_adopt(Commands& commands);
void add_outbox(Commands& commands);
void add_outbox_retry(Commands& commands, Syntax group);
void add_inbox(Commands& commands);
void add_remote(Commands& commands);
void add_portal(Commands& commands);
void add_explain(Commands& commands);
void add_verify(Commands& commands);
void add_overhead(Commands& commands);
void add_unbilled(Commands& commands);
void add_client(Commands& commands);
void add_run(Commands& commands);
void add_serve(Commands& commands);
void add_sandbox(Commands& commands);
void add_backup(Commands& commands);
void add_restore(Commands& commands);
void add_notify(Commands& commands);
void add_dump(Commands& commands);
void add_config(Commands& commands);
void add_words(Commands& commands);
void add_user(Commands& commands);
void add_token(Commands& commands);

void add_all_commands(Commands& commands);

} // namespace hb::app
