//! `samlproof learn` from outside.

use super::{Desk, closed_port};

#[test]
fn an_embedded_sp_is_learnt() {
    let desk = Desk::new();
    let finished = desk.run(&["learn", "--profile", "k6-cloud"]).exits(0);
    finished.reports(&[
        "sent department = [\"ml-a\"]",
        "rejected SignUpDisabled",
        "sp_initiated_provisions = false   [login 1, 2]",
        "sync_scope: not learnt: has no effect here",
        "[rules]\n",
        "# As the profile declares it:",
        "selector = \"token\"",
    ]);
}

#[test]
fn the_ends_of_a_discovery_have_their_codes() {
    let desk = Desk::new();
    desk.run(&["learn"]).exits(2).complains(&["--sp"]);
    desk.run(&["learn", "--profile", "k6-clod"]).exits(4).complains(&["k6-clod", "k6-cloud"]);
    desk.write("wrong.toml", "name = 1");
    desk.run(&["learn", "--sp", "wrong.toml"]).exits(3).complains(&["wrong.toml"]);
    let port = closed_port();
    let profile = |adapters: &str| {
        format!(
            "name = \"gone\"\nentity_id = \"x\"\nacs = \"http://127.0.0.1:{port}/acs\"\n\
             name_id_format = \"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"\n\
             [target]\nkind = \"external\"\n{adapters}"
        )
    };
    desk.write("blind.toml", &profile(""));
    desk.run(&["learn", "--sp", "blind.toml"]).exits(4).reports(&["needs `observe.whoami`"]);
    let whoami = format!("observe = {{ whoami = {{ url = \"http://127.0.0.1:{port}/me\" }} }}");
    desk.write("gone.toml", &profile(&whoami));
    desk.run(&["learn", "--sp", "gone.toml"]).exits(5).reports(&["stopped: ", "cannot be reached"]);
}
