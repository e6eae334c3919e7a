#include "app/command.h"
#include "app/commands/commands.h"

namespace hb::app {

void add_all_commands(Commands& commands) {
    add_init(commands);
    add_check(commands);
    add_sync(commands);
    add_contract(commands);
    add_report(commands);
    add_mapping(commands);
    add_preset(commands);
    add_late(commands);
    add_entry(commands);
    add_payment(commands);
    add_link(commands);
    add_alias(commands);
    add_adopt(commands);
    add_outbox(commands);
    add_inbox(commands);
    add_connector(commands);
    add_remote(commands);
    add_portal(commands);
    add_explain(commands);
    add_overhead(commands);
    add_unbilled(commands);
    add_client(commands);
    add_user(commands);
    add_token(commands);
    add_verify(commands);
    add_run(commands);
    add_serve(commands);
    add_sandbox(commands);
    add_demo(commands);
    add_notify(commands);
    add_backup(commands);
    add_restore(commands);
    add_dump(commands);
    add_config(commands);
    add_words(commands);
}

} // namespace hb::app
