//! Verdicts on observations made by hand: every kind of verdict and finding with its twin.

use std::sync::Arc;

use serde_json::{Value, json};

use samlproof::observation::{
    Attempt, End, Identity, Observation, SentResponse, StepObservation, Trouble, Whoami,
};
use samlproof::plan::{Case, Grade, resolve};
use samlproof::saml::{Attributes, NameId};
use samlproof::sp::{State, User};
use samlproof::verdict::{Finding, Verdict, judge, outcomes};

use crate::plan::embedded_profile;
use crate::scenario::{scenario_as, with_head};

const PEOPLE: &str = "[users.jane]\ngroups = [\"ml-team\"]\n[users.joe]\n[sp_users.max]\n";

/// A case of these steps with Jane, Joe and Max.
fn case(steps: &str) -> Case {
    Case { grade: Grade::Stated, ..case_of_grade("undefined", steps) }
}

fn case_of_grade(grade: &str, steps: &str) -> Case {
    let text = with_head(&format!("{PEOPLE}{steps}")).replace("\"stated\"", &format!("{grade:?}"));
    let scenario = scenario_as("jit/example", &text);
    let scenario = scenario.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    resolve(&scenario, Arc::clone(&embedded_profile("arize-us")), "seed").unwrap()
}

fn login(expect: &str) -> Case {
    case(&format!("[[steps]]\nlogin = \"jane\"\nexpect = {expect:?}\n"))
}

fn email(case: &Case, name: &str) -> String {
    case.people[name].email.clone()
}

/// A stored user with these roles.
fn user(email: &str, roles: &[(&str, &str)]) -> User {
    let grants: Vec<Value> = roles
        .iter()
        .map(|(on, role)| json!({ "resource": on, "role": role, "source": "manual" }))
        .collect();
    let roles = json!({ "account": "member", "grants": grants });
    let user = json!({ "id": format!("id of {email}"), "email": email, "roles": roles });
    serde_json::from_value(user).unwrap()
}

fn stored(users: &[User]) -> Option<State> {
    Some(State { users: users.to_vec(), ..State::default() })
}

fn attempt(email: &str, end: End, identity: Identity) -> Attempt {
    Attempt {
        email: email.into(),
        browser: "a".into(),
        exchanges: Vec::new(),
        sent: Vec::new(),
        end,
        identity,
        reason: None,
    }
}

/// Somebody is logged in as themselves.
fn entered(email: &str) -> Attempt {
    let whoami = Whoami { email: email.into(), roles: Default::default() };
    attempt(email, End::Sp { status: 200, refusal: false }, Identity::User(whoami))
}

/// Somebody is refused with this status.
fn refused(email: &str, status: u16) -> Attempt {
    attempt(email, End::Sp { status, refusal: false }, Identity::Nobody)
}

fn step(before: Option<State>, after: Option<State>, attempts: Vec<Attempt>) -> StepObservation {
    StepObservation { before, after, attempts }
}

fn seen(steps: Vec<StepObservation>) -> Observation {
    Observation { steps, trouble: None }
}

/// One step with one attempt, of which nothing stored is known.
fn one(attempt: Attempt) -> Observation {
    seen(vec![step(None, None, vec![attempt])])
}

fn findings(case: &Case, seen: &Observation) -> Vec<Finding> {
    match judge(case, seen) {
        Verdict::Fail(findings) => findings,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn passes(case: &Case, seen: &Observation) {
    assert_eq!(judge(case, seen), Verdict::Pass);
}

/// The only finding, as (about, expected, actual).
#[track_caller]
fn only(case: &Case, seen: &Observation) -> (String, String, String) {
    let findings = findings(case, seen);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    (finding.about.clone(), finding.expected.join(" or "), finding.actual.clone())
}

#[test]
fn a_finding_says_where_and_what() {
    let case = case("[[steps]]\nlogin = \"jane\"\nexpect = [\"created\", \"updated\"]\n");
    let jane = email(&case, "jane");
    let finding = findings(&case, &one(refused(&jane, 403))).remove(0);
    assert_eq!((finding.step, finding.line), (1, case.steps[0].line));
    assert!(finding.line > 4, "{finding:?}");
    assert_eq!(finding.about, format!("login of {jane}"));
    assert_eq!(finding.expected, ["created", "updated"]);
    assert_eq!(finding.actual, "rejected");
}

#[test]
fn classes_are_told_from_who_is_in_and_what_is_stored() {
    let case = login("created");
    let jane = email(&case, "jane");
    let (none, plain) = (stored(&[]), stored(&[user(&jane, &[])]));
    let member = stored(&[user(&jane, &[("org research", "member")])]);
    let class = |before: &Option<State>, after: &Option<State>, attempt: Attempt| {
        let seen = seen(vec![step(before.clone(), after.clone(), vec![attempt])]);
        outcomes(&case, &seen).steps[0].attempts[0].outcome.to_string()
    };
    assert_eq!(class(&none, &plain, entered(&jane)), "created");
    assert_eq!(class(&plain, &member, entered(&jane)), "updated");
    assert_eq!(class(&plain, &plain, entered(&jane)), "unchanged");
    assert_eq!(class(&None, &None, entered(&jane)), "accepted");
    // Who is logged in wins over every status, both ways.
    let mut crashed_but_in = entered(&jane);
    crashed_but_in.end = End::Sp { status: 500, refusal: true };
    assert_eq!(class(&plain, &plain, crashed_but_in), "unchanged");
    assert_eq!(class(&plain, &plain, refused(&jane, 200)), "rejected");
    assert_eq!(class(&plain, &plain, refused(&jane, 500)), "server-error");
    let mut said_no = refused(&jane, 500);
    said_no.end = End::Sp { status: 500, refusal: true };
    assert_eq!(class(&plain, &plain, said_no), "rejected");
    let at = |end: End| attempt(&jane, end, Identity::Nobody);
    assert_eq!(class(&plain, &plain, at(End::Idp { status: 200 })), "redirected-to-idp");
    let elsewhere = End::Elsewhere { url: "https://elsewhere.example/".into() };
    assert_eq!(class(&plain, &plain, at(elsewhere)), "rejected");
    // Where the SP cannot be asked who is in, the status is all there is.
    let unknown =
        |status: u16, refusal: bool| attempt(&jane, End::Sp { status, refusal }, Identity::Unknown);
    assert_eq!(class(&none, &plain, unknown(200, false)), "created");
    assert_eq!(class(&none, &none, unknown(200, true)), "rejected");
    assert_eq!(class(&none, &none, unknown(403, false)), "rejected");
    assert_eq!(class(&none, &none, unknown(503, false)), "server-error");
}

#[test]
fn a_crash_is_wrong_even_where_nothing_is_expected() {
    let text = "[[steps]]\nlogin = \"jane\"\n";
    let case = case(text);
    let jane = email(&case, "jane");
    assert_eq!(only(&case, &one(refused(&jane, 500))).2, "server-error");
    passes(&case, &one(refused(&jane, 403)));
    // Nor where nobody has written what is right: a row that is open is no leave to crash.
    let open = case_of_grade("undefined", text);
    assert_eq!(only(&open, &one(refused(&jane, 500))).2, "server-error");
    passes(&open, &one(refused(&jane, 403)));
}

#[test]
fn undefined_still_holds_what_it_states_and_what_always_holds() {
    let case = case_of_grade("undefined", "[[steps]]\nlogin = \"jane\"\nexpect = \"accepted\"\n");
    let jane = email(&case, "jane");
    passes(&case, &one(entered(&jane)));
    assert_eq!(only(&case, &one(refused(&jane, 403))).1, "accepted");
    let open = case_of_grade("undefined", "[[steps]]\nlogin = \"jane\"\n");
    let left = step(stored(&[]), stored(&[user(&jane, &[])]), vec![refused(&jane, 403)]);
    assert_eq!(only(&open, &seen(vec![left])).0, "what a refused login left behind");
}

#[test]
fn what_was_sent_is_read_from_the_document_and_not_from_the_plan() {
    let case = case(
        "[[steps]]\nlogin = \"jane\"\nsend = { audience = \"a\", recipient = \"b\", destination = \"c\", issuer = \"d\", name_id = \"e\", in_response_to = \"f\" }\nexpect = \"rejected\"\n",
    );
    let sent = |xml: &str| {
        let mut attempt = refused(&email(&case, "jane"), 403);
        attempt.sent = vec![SentResponse {
            clear: None,
            xml: xml.into(),
            name_id: NameId { format: None, value: "JANE@shop.example".into() },
            attributes: Attributes::default(),
            acs: "https://shop.example/acs".into(),
        }];
        outcomes(&case, &one(attempt)).steps[0].attempts[0].sent.clone()
    };
    let said = r#"NameID = "JANE@shop.example" (no format)"#;
    assert_eq!(
        sent(RESPONSE),
        [
            said,
            r#"Audience = ["https://shop.example"] and ["x", "y"]"#,
            "Recipient = none",
            r#"Destination = "https://shop.example/acs""#,
            r#"Issuer = "https://idp.example""#,
            r#"InResponseTo = "id-1""#,
        ]
    );
    assert_eq!(sent("<html/>"), [said, "a document that cannot be read"]);
}

const RESPONSE: &str = r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="r" Version="2.0" IssueInstant="2026-01-01T00:00:00Z" Destination="https://shop.example/acs" InResponseTo="id-1"><Issuer>https://idp.example</Issuer><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status><Assertion ID="a" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><Issuer>https://idp.example</Issuer><Subject><NameID>JANE@shop.example</NameID></Subject><Conditions><AudienceRestriction><Audience>https://shop.example</Audience></AudienceRestriction><AudienceRestriction><Audience>x</Audience><Audience>y</Audience></AudienceRestriction></Conditions></Assertion></p:Response>"#;

#[test]
fn a_reason_is_compared_where_the_sp_gives_one() {
    let case = login("rejected BadAudience");
    let mut attempt = refused(&email(&case, "jane"), 403);
    passes(&case, &one(attempt.clone()));
    attempt.reason = Some("BadAudience".into());
    passes(&case, &one(attempt.clone()));
    attempt.reason = Some("BadSignature".into());
    assert_eq!(only(&case, &one(attempt)).2, "rejected BadSignature");
}

#[test]
fn stored_and_session_roles_are_compared() {
    let case = case(
        "[[steps]]\nlogin = \"jane\"\ngrants = [\"org research member\"]\nsession = [\"org research member\"]\n",
    );
    let jane = email(&case, "jane");
    let with = |role: &str| {
        let row = user(&jane, &[("org research", role)]);
        let mut attempt = entered(&jane);
        let whoami = Whoami { email: jane.clone(), roles: row.roles.clone() };
        attempt.identity = Identity::User(whoami);
        seen(vec![step(stored(&[]), stored(&[row]), vec![attempt])])
    };
    passes(&case, &with("member"));
    let about: Vec<String> =
        findings(&case, &with("admin")).into_iter().map(|finding| finding.about).collect();
    assert_eq!(about, [format!("stored roles of {jane}"), format!("session roles of {jane}")]);
    // What cannot be read is no agreement.
    let unread = findings(&case, &one(entered(&jane)));
    assert_eq!(unread[0].actual, "not known");
}

#[test]
fn one_of_several_sets_of_roles_is_enough() {
    let case = case(
        "[[steps]]\nlogin = \"jane\"\ngrants = [[\"org research member\"], [\"org research admin\"]]\n",
    );
    let jane = email(&case, "jane");
    let with = |roles: &[(&str, &str)]| {
        seen(vec![step(stored(&[]), stored(&[user(&jane, roles)]), vec![entered(&jane)])])
    };
    passes(&case, &with(&[("org research", "member")]));
    passes(&case, &with(&[("org research", "admin")]));
    let (about, expected, actual) = only(&case, &with(&[("org research", "read-only")]));
    assert_eq!(about, format!("stored roles of {jane}"));
    assert_eq!(expected, "org research member or org research admin");
    assert_eq!(actual, "org research read-only");
    // Part of two sets is none of them.
    let both = with(&[("org research", "member"), ("org sales", "admin")]);
    assert_eq!(only(&case, &both).2, "org research member, org sales admin");
}

#[test]
fn users_and_sessions_are_counted() {
    let case = case("[[steps]]\nlogin = \"jane\"\nusers = 1\nsessions = 1\n");
    let jane = email(&case, "jane");
    let session =
        |email: &str| serde_json::from_value(json!({ "user_id": "1", "email": email })).unwrap();
    let mut after = stored(&[user(&jane, &[])]).unwrap();
    after.sessions = vec![session(&jane), session("somebody@else.example")];
    let right = step(stored(&[]), Some(after.clone()), vec![entered(&jane)]);
    passes(&case, &seen(vec![right]));
    after.sessions.push(session(&jane.to_uppercase()));
    let wrong = step(stored(&[]), Some(after), vec![entered(&jane)]);
    let (about, expected, actual) = only(&case, &seen(vec![wrong]));
    assert_eq!((about, expected, actual), (format!("sessions of {jane}"), "1".into(), "2".into()));
}

#[test]
fn who_is_logged_in_is_who_was_asserted() {
    let case = login("accepted");
    let jane = email(&case, "jane");
    let as_user = |email: &str| {
        let mut attempt = entered(&jane);
        let whoami = Whoami { email: email.into(), roles: Default::default() };
        attempt.identity = Identity::User(whoami);
        one(attempt)
    };
    passes(&case, &as_user(&jane.to_uppercase()));
    let (about, expected, actual) = only(&case, &as_user("boss@shop.example"));
    assert_eq!(about, "who is logged in");
    assert_eq!((expected, actual), (jane.clone(), "boss@shop.example".into()));
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    let case = login("rejected");
    let jane = email(&case, "jane");
    let max = user("max@shop.example", &[]);
    let after = |users: &[User]| {
        let before = stored(&[user(&jane, &[("org a", "member")]), max.clone()]);
        seen(vec![step(before, stored(users), vec![refused(&jane, 403)])])
    };
    let row = user(&jane, &[("org a", "member")]);
    passes(&case, &after(&[row.clone(), max.clone()]));
    // In another order it is the same.
    passes(&case, &after(&[max.clone(), row.clone()]));
    let more = after(&[user(&jane, &[("org a", "admin")]), max.clone()]);
    let (about, _, actual) = only(&case, &more);
    assert_eq!(about, "what a refused login left behind");
    assert!(actual.contains("org a admin"), "{actual}");
    // Whatever is kept of a user counts.
    let mut named = row.clone();
    named.extra.insert("first_name".into(), "Jane".into());
    assert!(only(&case, &after(&[named, max.clone()])).2.contains("first_name: Jane"));
    let mut opened = row.clone();
    opened.has_password = true;
    assert!(only(&case, &after(&[opened, max.clone()])).2.contains("password"));
    let mut replaced = row;
    replaced.id = "another".into();
    assert!(only(&case, &after(&[replaced, max.clone()])).2.contains("another"));
}

#[test]
fn a_refusal_creates_nothing() {
    let case = login("rejected");
    let jane = email(&case, "jane");
    let mut after = stored(&[]).unwrap();
    after.resources.push("team ml".to_owned().try_into().unwrap());
    let made = seen(vec![step(stored(&[]), Some(after.clone()), vec![refused(&jane, 403)])]);
    assert!(only(&case, &made).2.contains("team ml"));
    let kept = seen(vec![step(Some(after.clone()), Some(after), vec![refused(&jane, 403)])]);
    passes(&case, &kept);
}

#[test]
fn one_who_is_refused_beside_one_who_is_not_leaves_nothing_either() {
    let case = case("[[steps]]\nlogin = [\"jane\", \"joe\"]\n");
    let (jane, joe) = (email(&case, "jane"), email(&case, "joe"));
    let both = |users: &[User]| {
        let attempts = vec![entered(&jane), refused(&joe, 403)];
        seen(vec![step(stored(&[]), stored(users), attempts)])
    };
    passes(&case, &both(&[user(&jane, &[])]));
    let (about, _, actual) = only(&case, &both(&[user(&jane, &[]), user(&joe, &[])]));
    assert_eq!(about, "what a refused login left behind");
    assert!(actual.contains(&joe), "{actual}");
}

#[test]
fn bystanders_stay_as_they_are() {
    let case = login("created");
    let jane = email(&case, "jane");
    let max = user("max@shop.example", &[("org a", "member")]);
    let with = |max: &User| {
        let after = stored(&[max.clone(), user(&jane, &[])]);
        let before = stored(&[user("max@shop.example", &[("org a", "member")])]);
        seen(vec![step(before, after, vec![entered(&jane)])])
    };
    passes(&case, &with(&max));
    let (about, expected, actual) = only(&case, &with(&user("max@shop.example", &[])));
    assert_eq!(about, "another user");
    assert!(expected.contains("org a member") && !actual.contains("org a member"));
    // Their password and the rest of what is stored of them too.
    let mut opened = max.clone();
    opened.has_password = true;
    assert_eq!(only(&case, &with(&opened)).0, "another user");
    let mut renamed = max;
    renamed.extra.insert("first_name".into(), "Maximilian".into());
    assert_eq!(only(&case, &with(&renamed)).0, "another user");
}

#[test]
fn one_address_is_one_user() {
    let case = login("updated");
    let jane = email(&case, "jane");
    let twice = [user(&jane, &[]), user(&jane.to_uppercase(), &[("org a", "member")])];
    let doubled = step(stored(&twice[..1]), stored(&twice), vec![entered(&jane)]);
    let (about, expected, actual) = only(&case, &seen(vec![doubled]));
    assert_eq!((about, expected, actual), (format!("users of {jane}"), "1".into(), "2".into()));
    // Two that were there before are not this step's doing.
    let mut changed = twice.clone();
    changed[0] = user(&jane, &[("org b", "member")]);
    passes(&case, &seen(vec![step(stored(&twice), stored(&changed), vec![entered(&jane)])]));
}

#[test]
fn a_role_on_a_space_comes_with_its_organization() {
    let case = login("created");
    let jane = email(&case, "jane");
    let space = ("space research/vision", "member");
    let with = |before: &[User], roles: &[(&str, &str)]| {
        let row = user(&jane, roles);
        seen(vec![step(stored(before), stored(&[row]), vec![entered(&jane)])])
    };
    passes(&case, &with(&[], &[("org research", "read-only"), space]));
    let (about, expected, actual) = only(&case, &with(&[], &[("org sales", "admin"), space]));
    assert_eq!(about, format!("stored roles of {jane}"));
    assert_eq!((expected.as_str(), actual.as_str()), ("a role on org research, too", "none"));
    // What was so before is not this step's doing.
    let case = login("updated");
    passes(&case, &with(&[user(&jane, &[space])], &[("org sales", "admin"), space]));
}

#[test]
fn what_can_be_granted_is_there_once() {
    let case = login("created");
    let jane = email(&case, "jane");
    let teams = |count: usize| {
        let mut state = stored(&[]).unwrap();
        state.resources = vec!["team ml".to_owned().try_into().unwrap(); count];
        state
    };
    let made = |before: usize, after: usize| {
        let after = State { users: vec![user(&jane, &[])], ..teams(after) };
        seen(vec![step(Some(teams(before)), Some(after), vec![entered(&jane)])])
    };
    passes(&case, &made(0, 1));
    passes(&case, &made(2, 2));
    let found = only(&case, &made(0, 2));
    assert_eq!(found, ("how often there is team ml".into(), "1".into(), "2".into()));
}

#[test]
fn a_deleted_user_does_not_come_back_under_the_old_id() {
    let steps = "[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n";
    let change = "[[steps]]\nchange = { sp_users.jane = \"deleted\" }\n";
    let case = case(&format!("{steps}{change}{steps}"));
    let jane = email(&case, "jane");
    let with = |first: &str, second: &str| {
        let row = |id: &str| stored(&[User { id: id.into(), ..user(&jane, &[]) }]);
        seen(vec![
            step(stored(&[]), row(first), vec![entered(&jane)]),
            step(row(first), stored(&[]), Vec::new()),
            step(stored(&[]), row(second), vec![entered(&jane)]),
        ])
    };
    passes(&case, &with("1", "2"));
    let (about, expected, actual) = only(&case, &with("1", "1"));
    assert_eq!(about, format!("id of {jane}"));
    assert_eq!((expected.as_str(), actual.as_str()), ("a new one", "that of the deleted user"));
    // Where the id is the address there is nothing to tell.
    passes(&case, &with(&jane, &jane));
}

#[test]
fn what_a_change_does_to_others_is_meant() {
    let case = case("[[steps]]\nchange = { users.jane.groups = [] }\n");
    let (before, after) = (stored(&[user("max@shop.example", &[])]), stored(&[]));
    passes(&case, &seen(vec![step(before, after, Vec::new())]));
}

/// A control login before Jane is to be refused.
const CONTROLLED: &str =
    "[[steps]]\ncontrol = \"joe\"\n[[steps]]\nlogin = \"jane\"\nexpect = \"rejected\"\n";

#[test]
fn a_refused_control_login_proves_nothing() {
    let case = case(CONTROLLED);
    let (jane, joe) = (email(&case, "jane"), email(&case, "joe"));
    let both = |control: Attempt| {
        let steps = [control, refused(&jane, 403)];
        seen(steps.map(|attempt| step(None, None, vec![attempt])).into())
    };
    passes(&case, &both(entered(&joe)));
    let Verdict::Inconclusive(reason) = judge(&case, &both(refused(&joe, 403))) else {
        panic!("a refused control login proves nothing");
    };
    let line = case.steps[0].line;
    assert_eq!(
        reason,
        format!("the control login in line {line} was rejected, so a refusal proves nothing here")
    );
}

#[test]
fn silence_proves_nothing_and_a_circle_is_a_failure() {
    let case = login("rejected");
    let jane = email(&case, "jane");
    let url = "https://app.arize.com/auth/v2/saml".to_owned();
    let nowhere = |trouble: Trouble| one(attempt(&jane, End::Nowhere(trouble), Identity::Unknown));
    let silent = nowhere(Trouble::TimedOut { url: url.clone(), seconds: 10 });
    let reason = format!("{url} gave no answer within 10 s");
    assert_eq!(judge(&case, &silent), Verdict::Inconclusive(reason));
    let circle = nowhere(Trouble::Loop { url, hops: 20 });
    assert_eq!(only(&case, &circle).2, "server-error");
    passes(&case, &one(refused(&jane, 403)));
}

#[test]
fn trouble_proves_nothing_whatever_was_seen_before() {
    let case = login("created");
    let jane = email(&case, "jane");
    let wrong = one(refused(&jane, 403));
    assert_eq!(findings(&case, &wrong).len(), 1);
    let trouble = Some(Trouble::Launch("`sh` cannot be started".into()));
    let reason = "`sh` cannot be started".to_owned();
    assert_eq!(judge(&case, &Observation { trouble, ..wrong }), Verdict::Inconclusive(reason));
}

#[test]
fn a_play_that_ends_early_for_no_reason_is_our_fault() {
    let case = case(CONTROLLED);
    let early = one(entered(&email(&case, "joe")));
    let Verdict::Broken(why) = judge(&case, &early) else { panic!("one step is missing") };
    assert_eq!(why, "only 1 of 2 steps were played");
}

#[test]
fn keys_and_sessions_work_or_do_not() {
    let text =
        |step: &str, expect: &str| format!("[[steps]]\n{step} = \"jane\"\nexpect = {expect:?}\n");
    let steps = [("api_key", "works", "refused"), ("probe", "signed-in", "signed-out")];
    for (step, yes_word, no_word) in steps {
        let (yes, no) = (case(&text(step, yes_word)), case(&text(step, no_word)));
        let jane = email(&yes, "jane");
        passes(&yes, &one(entered(&jane)));
        passes(&no, &one(refused(&jane, 401)));
        // What was there is told in the words in which it is expected.
        assert_eq!(only(&yes, &one(refused(&jane, 401))).2, no_word);
        assert_eq!(only(&no, &one(entered(&jane))).2, yes_word);
    }
}
