//! The documents' examples, and the choices where they say nothing.

use samlproof::idp::expression::Expression;

use super::world::{org, value};

#[track_caller]
fn table(rows: &[(&str, &str)]) {
    let found: Vec<(&str, String)> = rows.iter().map(|(text, _)| (*text, value(text))).collect();
    let wanted: Vec<(&str, String)> =
        rows.iter().map(|(text, wanted)| (*text, (*wanted).to_owned())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn strings() {
    table(&[
        (r#"String.append("This is", " a test")"#, r#""This is a test""#),
        (r#"String.join(",", "This", "is", "a", "test")"#, r#""This,is,a,test""#),
        (r#"String.join("", "This", "is", "a", "test")"#, r#""Thisisatest""#),
        (r#"String.len("This")"#, "4"),
        (r#"String.removeSpaces("This is a test")"#, r#""Thisisatest""#),
        (r#"String.replace("This is a test", "is", "at")"#, r#""That at a test""#),
        (r#"String.replaceFirst("This is a test", "is", "at")"#, r#""That is a test""#),
        (r#"String.stringContains("This is a test", "test")"#, "true"),
        (r#"String.stringContains("This is a test", "doesn'tExist")"#, "false"),
        (r#"String.startsWith("This is", "This")"#, "true"),
        (r#"String.startsWith("This is", "this")"#, "false"),
        (r#"String.substring("This is a test", 2, 9)"#, r#""is is a""#),
        (r#"String.substringAfter("abc@okta.com", "@")"#, r#""okta.com""#),
        (r#"String.substringBefore("abc@okta.com", "@")"#, r#""abc""#),
        (r#"String.substringAfter("a@b@c", "@")"#, r#""b@c""#),
        (r#"String.substringBefore("a@b@c", "@")"#, r#""a""#),
        (r#"String.substringAfter("abc", "@")"#, r#""""#),
        (r#"String.substringBefore("abc", "@")"#, r#""""#),
        (r#"String.toUpperCase("This")"#, r#""THIS""#),
        (r#"String.toLowerCase("ThiS")"#, r#""this""#),
    ]);
}

#[test]
fn a_switch_takes_the_first_key_of_its_arguments_that_occurs() {
    table(&[
        (r#"String.stringSwitch("This is a test", "default", "key1", "value1")"#, r#""default""#),
        (r#"String.stringSwitch("This is a test", "default", "test", "value1")"#, r#""value1""#),
        (
            r#"String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")"#,
            r#""value2""#,
        ),
        (r#"String.stringSwitch("Substrings count", "default", "ring", "value1")"#, r#""value1""#),
        (r#"String.stringSwitch("x", "default")"#, r#""default""#),
    ]);
}

#[test]
fn null_and_positions_outside_are_taken_mildly() {
    table(&[
        ("String.len(user.nothing)", "0"),
        ("String.len(null) == 0", "true"),
        ("String.toUpperCase(user.nothing)", r#""""#),
        ("String.append(user.nothing, 'x')", r#""x""#),
        ("String.substring(user.empty, 0, 1)", r#""""#),
        ("String.substring('abc', 1, 99)", r#""bc""#),
        ("String.substring('abc', -5, 2)", r#""ab""#),
        ("String.substring('abc', 2, 1)", r#""""#),
        ("String.substring('żółw', '1', '2')", r#""ó""#),
        ("String.replace('aaa', '', '-')", r#""-a-a-a-""#),
        ("String.join('-', user.teams, 'c')", r#""b-a-c""#),
        ("String.len(12)", "2"),
    ]);
}

#[test]
fn deprecated_names_and_the_ones_with_fn_work() {
    table(&[
        ("toUpperCase(user.firstName)", r#""WINSTON""#),
        ("toLowerCase('AlexANDER')", r#""alexander""#),
        ("substringBefore(user.email, '@')", r#""Winston.Churchill""#),
        ("substringAfter(user.email, '@')", r#""gmail.com""#),
        ("substring('Alexander', 1, 4)", r#""lex""#),
        ("fn:toLowerCase(user.login)", r#""winston.churchill@gmail.com""#),
        (r#"fn:substringBefore(source.login, "@")"#, r#""Winston.Churchill""#),
    ]);
}

#[test]
fn arrays() {
    table(&[
        ("Arrays.add({10, 20, 30}, 40)", "{10, 20, 30, 40}"),
        ("Arrays.remove({10, 20, 30}, 20)", "{10, 30}"),
        ("Arrays.clear({10, 20, 30})", "{}"),
        ("Arrays.get({0, 1, 2}, 0)", "0"),
        ("Arrays.get({0, 1, 2}, 3)", "null"),
        ("Arrays.get({0, 1, 2}, -1)", "null"),
        ("Arrays.flatten(10, {20, 30}, 40)", "{10, 20, 30, 40}"),
        ("Arrays.flatten({1, {2, {3}}}, null)", "{1, 2, 3}"),
        ("Arrays.flatten('10,20', 30)", r#"{"10", "20", 30}"#),
        ("Arrays.flatten({'10,20'}, '')", r#"{"10,20"}"#),
        ("Arrays.contains({10, 20, 30}, 10)", "true"),
        ("Arrays.contains({10, 20, 30}, 50)", "false"),
        ("Arrays.contains('10,20', 10)", "true"),
        ("Arrays.size({10, 20, 30})", "3"),
        ("Arrays.size(NULL)", "0"),
        ("Arrays.size('a,b')", "2"),
        ("Arrays.isEmpty({10, 20})", "false"),
        ("Arrays.isEmpty(NULL)", "true"),
        (r#"Arrays.toCsvString({"This", "is", " a ", "test"})"#, r#""This,is, a ,test""#),
        ("Arrays.toCsvString(user.teams)", r#""b,a""#),
        ("user.teams", r#"{"b", "a"}"#),
    ]);
}

#[test]
fn conversions() {
    table(&[
        ("Convert.toInt('1234')", "1234"),
        ("Convert.toInt(123.4)", "123"),
        ("Convert.toInt(123.6)", "124"),
        ("Convert.toInt(-2.5)", "-2"),
        ("Convert.toInt('123.6')", "124"),
        ("Convert.toInt(null)", "null"),
        ("Convert.toInt('')", "null"),
        ("Convert.toNum(' ')", "null"),
        ("Time.fromUnixToIso8601('')", "null"),
        ("Time.fromWindowsToIso8601(null)", "null"),
        ("Convert.toNum('3.141')", "3.141"),
        ("Convert.toNum(3)", "3.0"),
        ("Convert.toInt('x')", "error: `Convert.toInt` cannot read \"x\" as a number"),
        (
            "Convert.toInt('1e300')",
            "error: `Convert.toInt` cannot read \"10000000000000000000000000000000000000000000000000000000000000000000000000000000…\" as a whole number of 64 bits",
        ),
        ("Convert.toNum('NaN')", "error: `Convert.toNum` cannot read \"NaN\" as a number"),
    ]);
}

#[test]
fn countries() {
    table(&[
        (r#"Iso3166Convert.toAlpha2("IND")"#, r#""IN""#),
        (r#"Iso3166Convert.toAlpha3("840")"#, r#""USA""#),
        (r#"Iso3166Convert.toNumeric("USA")"#, r#""840""#),
        (r#"Iso3166Convert.toName("IN")"#, r#""India""#),
        ("Iso3166Convert.toNumeric('af')", r#""004""#),
        ("Iso3166Convert.toAlpha2('4')", r#""AF""#),
        ("Iso3166Convert.toName('XX')", "null"),
        ("Iso3166Convert.toName('')", "null"),
    ]);
}

#[test]
fn conditions() {
    table(&[
        ("user.firstName == 'Winston' ? 'yes' : 'no'", r#""yes""#),
        ("user.groupCode == 123 ? 'Sales' : 'Other'", r#""Other""#),
        ("user.salary >= 1000000", "true"),
        ("user.salary > 1000000 AND !user.isContractor", "false"),
        ("!user.isContractor", "true"),
        ("not user.isContractor and true", "true"),
        ("false || user.salary < 2e6 && true", "true"),
        ("user.share < 1", "true"),
        ("user.nothing == null", "true"),
        ("user.empty == null", "false"),
        (r#"user.empty == """#, "true"),
        ("user.nothing ?: 'default'", r#""default""#),
        ("user.empty ?: 'default'", r#""default""#),
        ("user.firstName ?: 'default'", r#""Winston""#),
        ("user.nothing ?: user.empty ?: 'last'", r#""last""#),
        ("user.nothing ? 1 : 2", "2"),
        ("'TRUE' ? 1 : 2", "1"),
        ("1 == 1.0", "true"),
        ("'1' == 1", "false"),
        ("'a' < 'b'", "true"),
        ("null < 1", "true"),
        ("true ? false ? 1 : 2 : 3", "2"),
        ("true OR user.firstName", "true"),
        ("true AND user.firstName", "error: `AND` cannot take a text, it needs a boolean"),
        ("1 < 'a'", "error: `<` cannot take a text, it needs a number, as its left side is one"),
    ]);
}

#[test]
fn plus_joins_texts_and_adds_numbers() {
    table(&[
        (r#"user.firstName + " " + user.lastName"#, r#""Winston Churchill""#),
        ("user.firstName + user.nothing", r#""Winstonnull""#),
        ("user.firstName + (user.nothing ?: '')", r#""Winston""#),
        ("1 + 2 + 'x'", r#""3x""#),
        ("1 + 0.5", "1.5"),
        ("9223372036854775807 + 1", "9.223372036854776e18"),
        ("'a' + true", r#""atrue""#),
        ("'it''s' + \"\"\"\"", r#""it's\"""#),
        ("null + null", "error: `+` cannot take null, it needs texts or numbers"),
    ]);
}

#[test]
fn the_middle_initial_of_the_documents() {
    let with_initial = r#"user.firstName + " " + (String.len(user.middleName) == 0 ? "" : (String.substring(user.middleName, 0, 1) + ". ")) + user.lastName"#;
    table(&[(with_initial, r#""Winston Churchill""#)]);
    let login = r#"String.substring(user.firstName, 0, 1) + "." + String.toLowerCase(user.lastName) + "@acme.example""#;
    table(&[(login, r#""W.churchill@acme.example""#)]);
}

#[test]
fn who_and_where() {
    let org = org();
    let app = &org.apps[0];
    let quoted = |text: &str| format!("{text:?}");
    for (expression, wanted) in [
        ("user.login", quoted("Winston.Churchill@gmail.com")),
        ("source.login", quoted("Winston.Churchill@gmail.com")),
        ("user.userName", quoted("wsc")),
        ("appuser.userName", quoted("wsc")),
        ("appuser.role", quoted("lead")),
        ("acme_crm_1.role", quoted("lead")),
        ("acme_crm_1.userName", quoted("wsc")),
        ("acme_other_1.userName", "null".into()),
        ("org.name", quoted("Acme Inc.")),
        ("org.subDomain", quoted("acme")),
        ("org.externalKey", quoted(&app.external_key)),
        ("app.label", quoted("CRM")),
        ("session.amr", "{\"pwd\"}".into()),
        ("user.getInternalProperty('id')", quoted(&org.users[1].id)),
        ("user.getInternalProperty('status')", quoted("ACTIVE")),
        ("user.getLinkedUser('manager').login", quoted("boss@acme.example")),
        ("user.getLinkedObject('manager').email", quoted("boss@acme.example")),
        ("user.getLinkedUser('nobody').login", "null".into()),
    ] {
        assert_eq!(value(expression), wanted, "{expression}");
    }
}

#[test]
fn there_is_no_directory() {
    table(&[
        ("getManagerUser('active_directory').email", "null"),
        ("getManagerAppUser('active_directory', 'google').email", "null"),
        ("getAssistantUser('active_directory').email", "null"),
        ("getAssistantAppUser('active_directory', 'google').email", "null"),
        ("hasDirectoryUser() ? findDirectoryUser().managerUpn : user.manager", "null"),
        ("hasWorkdayUser() ? findWorkdayUser().employeeID : 'none'", r#""none""#),
    ]);
}

#[test]
fn groups() {
    let org = org();
    let id = |name: &str| org.groups.iter().find(|group| group.name == name).unwrap().id.clone();
    let (team, sales) = (id("ml-team"), id("sales"));
    table(&[
        ("isMemberOfGroupName('ml-team')", "true"),
        ("isMemberOfGroupName('ml')", "false"),
        ("isMemberOfGroupName('Everyone')", "true"),
        (&format!("isMemberOfGroup('{team}')"), "true"),
        ("isMemberOfGroup('00gnone')", "false"),
        (&format!("isMemberOfAnyGroup('00gnone', '{sales}')"), "true"),
        ("isMemberOfAnyGroup('00gnone', '00gno')", "false"),
        ("isMemberOfGroupNameStartsWith('ml-')", "true"),
        ("isMemberOfGroupNameStartsWith('ML-')", "false"),
        ("isMemberOfGroupNameContains('ale')", "true"),
        ("isMemberOfGroupNameContains('x')", "false"),
        ("isMemberOfGroupNameRegex('.*team.*')", "true"),
        ("isMemberOfGroupNameRegex('team')", "false"),
        (
            &format!("getFilteredGroups({{'{team}', '{sales}', '00g'}}, 'group.name', 40)"),
            r#"{"ml-team", "sales"}"#,
        ),
        (&format!("getFilteredGroups({{'{team}', '{sales}'}}, 'group.name', 1)"), r#"{"ml-team"}"#),
        (&format!("getFilteredGroups({{'{sales}'}}, 'group.id', 1)"), &format!("{{\"{sales}\"}}")),
        (r#"Groups.startsWith("OKTA", "ml-", 100)"#, r#"{"ml-leads", "ml-team"}"#),
        (r#"Groups.startsWith("OKTA", "ml-", 1)"#, r#"{"ml-leads"}"#),
        (r#"Groups.contains("OKTA", "e", 10)"#, r#"{"Everyone", "ml-leads", "ml-team", "sales"}"#),
        (r#"Groups.endsWith("OKTA", "s", 10)"#, r#"{"ml-leads", "sales"}"#),
        (r#"Groups.startsWith("0oadirectory", "ml-", 10)"#, r#"{"ml-imported"}"#),
        (r#"Groups.startsWith("active_directory", "ml-", 10)"#, "{}"),
    ]);
}

#[test]
fn groups_by_a_map() {
    table(&[
        (
            "user.getGroups({'group.profile.name': 'ml-', 'group.type': 'OKTA_GROUP'}).![name]",
            r#"{"ml-leads", "ml-team"}"#,
        ),
        ("user.getGroups({'group.profile.name': 'ml-', 'operator': 'EXACT'}).![name]", "{}"),
        (
            "user.getGroups({'group.profile.name': 'sales', 'operator': 'EXACT'}).![name]",
            r#"{"sales"}"#,
        ),
        (
            "user.getGroups({'group.profile.name': {'sales', 'Every'}}).![name]",
            r#"{"Everyone", "sales"}"#,
        ),
        (
            "user.getGroups({'group.type': 'BUILT_IN'}, {'group.source.id': '0oadirectory'}).![type]",
            r#"{"BUILT_IN", "APP_GROUP"}"#,
        ),
        ("user.getGroups({'group.id': '00gimported'}).![description]", r#"{"from afar"}"#),
        ("Arrays.size(user.getGroups({'group.profile.name': ''}))", "5"),
    ]);
}

#[test]
fn times() {
    table(&[
        ("Time.now()", r#""2026-03-04T05:06:07.089Z""#),
        (r#"Time.now("EST")"#, r#""2026-03-04T00:06:07.089-05:00""#),
        (r#"Time.now("Europe/Warsaw", "YYYY-MM-dd HH:mm:ss")"#, r#""2026-03-04 06:06:07""#),
        (r#"Time.now("UTC", "d MMM yy, h:mm a 'o''clock'")"#, r#""4 Mar 26, 5:06 AM o'clock""#),
        ("Time.fromUnixToIso8601('1438363117')", r#""2015-07-31T17:18:37.000Z""#),
        ("Time.fromIso8601ToUnix('2015-07-31T13:18:37.979-04:00')", r#""1438363117""#),
        ("Time.fromWindowsToIso8601('130828367170000000')", r#""2015-07-31T17:18:37.000Z""#),
        ("Time.fromIso8601ToWindows('2015-07-31T17:18:37Z')", r#""130828367170000000""#),
        (
            "Time.fromIso8601ToString('2015-07-31T17:18:37Z', 'EEE dd.MM.yyyy')",
            r#""Fri 31.07.2015""#,
        ),
        ("Time.fromStringToIso8601('31.07.2015', 'dd.MM.yyyy')", r#""2015-07-31T00:00:00.000Z""#),
        (
            "Time.fromStringToIso8601('2015-07-31T17:18:37.979Z', \"yyyy-MM-dd'T'HH:mm:ss.SSSZ\")",
            r#""2015-07-31T17:18:37.979Z""#,
        ),
        (
            "Time.fromStringToIso8601('2015-07-31T17:18:37.979+0200', \"yyyy-MM-dd'T'HH:mm:ss.SSSZ\")",
            r#""2015-07-31T15:18:37.979Z""#,
        ),
        (
            "Time.fromStringToIso8601('2015-07-31 17:18 +0200', 'yyyy-MM-dd HH:mm Z')",
            r#""2015-07-31T15:18:00.000Z""#,
        ),
        ("Time.fromIso8601ToUnix(user.nothing)", "null"),
        ("Time.fromIso8601ToString('2016-01-02T03:04:05.6789Z', 'SSSS')", r#""6789""#),
        ("Time.fromIso8601ToString('2016-01-02T03:04:05Z', 'x-ww')", r#""2015-53""#),
        ("Time.fromIso8601ToString('2016-01-02T03:04:05Z', 'C')", r#""20""#),
        (
            "Time.now('Nowhere' + '/City')",
            "error: `Time.now` cannot read \"Nowhere/City\" as a time zone",
        ),
        ("Time.now('UTC', 'jj' + 'j')", "error: `Time.now` cannot read \"jjj\" as a format"),
    ]);
}

/// As Identity Engine writes them, wherever they stand.
#[test]
fn profiles_are_left_out_where_that_is_asked_for() {
    for (with, without) in [
        ("user.profile.email", "user.email"),
        ("appuser.profile.role + user.profile.x", "appuser.role + user.x"),
        ("String.len(user.profile.x)", "String.len(user.x)"),
        ("{user.profile.x, 1}", "{user.x, 1}"),
        ("!user.profile.x", "!user.x"),
        (
            "user.profile.a == 'b' ? user.profile.c : user.profile.d",
            "user.a == 'b' ? user.c : user.d",
        ),
        ("user.profile.a ?: user.profile.b", "user.a ?: user.b"),
        ("getManagerUser(user.profile.a).email", "getManagerUser(user.a).email"),
        (
            "user.getGroups({'group.profile.name': user.profile.a}).![name]",
            "user.getGroups({'group.profile.name': user.a}).![name]",
        ),
        // These are others: what is nobody's profile, and an attribute of that name.
        ("source.profile.login", "source.profile.login"),
        ("user.profile", "user.profile"),
        ("user.other.email", "user.other.email"),
    ] {
        let plain = Expression::parse(with).unwrap();
        let short = Expression::parse_with_profiles(with).unwrap();
        assert_eq!(short, Expression::parse(without).unwrap(), "{with}");
        assert_eq!(plain == short, with == without, "{with}");
    }
}
