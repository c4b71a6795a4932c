//! The knobs, read from what was seen. Pure.

use std::collections::BTreeSet;

use super::no_match::{Ground, fitting};
use super::probe::Kind;
use super::reading::{
    NO_STATE, Reading, did, is, json, numbers, other, roles, said, unchanged, word,
};
use super::record::{Asked, Finding, Learnt, Login, Question};
use super::several::{Winner, ignores_case, reads_first, reads_last, winner};
use crate::sp::{
    AbsentAttribute, AdminRevocable, DefaultsCombine, ExistingNoMatch, LastAdmin, NoMatchExisting,
    OutcomeClass, SyncScope, SyncWhen,
};

/// Reads every knob and behaviour from what was asked, in the order of the facts.
pub fn findings(asked: &Asked) -> Vec<Finding> {
    let reader = Reader::new(asked);
    let rule = |name: &str, reading: Reading| finding(name, true, reading);
    let behaviour = |name: &str, reading: Reading| finding(name, false, reading);
    vec![
        behaviour("first_login", reader.first_login()),
        rule("sp_initiated_provisions", reader.sp_initiated_provisions()),
        rule("defaults_combine", reader.defaults_combine()),
        behaviour("new_no_match", reader.new_no_match()),
        rule("sync", reader.sync()),
        rule("sync_scope", reader.sync_scope()),
        rule("existing_no_match", reader.no_match(&[Question::None, Question::NoneEmpty])),
        rule("existing_no_match_sync_off", reader.sync_off()),
        rule("existing_no_match_enforced_sync_off", reader.enforced_sync_off()),
        rule("absent_attribute", reader.absent_attribute()),
        rule("multi_org", reader.multi(Kind::Orgs)),
        rule("multi_space", reader.multi(Kind::Spaces)),
        rule("multi_custom", reader.multi(Kind::Projects)),
        behaviour("several_values", reader.several_values()),
        behaviour("case_of_values", reader.case_of_values()),
        behaviour("manual_grant", reader.manual_grant()),
        rule("admin_revocable", reader.admin_revocable()),
        rule("last_admin", reader.last_admin()),
        behaviour("deactivated_user", reader.deactivated()),
        behaviour("deleted_user", reader.deleted()),
        rule("idp_initiated", reader.idp_initiated()),
    ]
}

/// Whether the roles of an existing user follow the groups, as far as that is known.
pub(super) fn syncs(asked: &Asked) -> Option<bool> {
    match Reader::new(asked).sync() {
        Ok((Learnt::Is(never), _)) if never == json(&SyncWhen::Never) => Some(false),
        Ok((Learnt::Is(_) | Learnt::OneOf(_), _)) => Some(true),
        _ => None,
    }
}

fn finding(name: &str, rule: bool, reading: Reading) -> Finding {
    let (learnt, logins) = match reading {
        Ok(read) => read,
        Err(why) => (Learnt::Nothing(why), Vec::new()),
    };
    Finding { name: name.to_owned(), rule, learnt, logins }
}

pub(super) struct Reader<'a> {
    pub(super) asked: &'a Asked,
}

impl<'a> Reader<'a> {
    fn new(asked: &'a Asked) -> Self {
        Self { asked }
    }

    pub(super) fn login(&self, question: Question) -> Result<&'a Login, String> {
        self.asked.login(question)
    }

    /// The line of a single role.
    pub(super) fn line(&self, name: &str) -> String {
        format!("{} {name} member", self.asked.held_on)
    }

    /// The first login that got in.
    fn first(&self) -> Result<&'a Login, String> {
        let from_sp = self.login(Question::NewMatch)?;
        let from_idp = self.login(Question::NewMatchFromIdp);
        let entered = std::iter::once(from_sp).chain(from_idp).find(|login| login.entered());
        entered.ok_or_else(|| "needs a first login that gets in".to_owned())
    }

    fn first_login(&self) -> Reading {
        match self.first() {
            Ok(login) => said(login, "the person gets in"),
            Err(_) => said(self.login(Question::NewMatch)?, "the person is refused"),
        }
    }

    fn sp_initiated_provisions(&self) -> Reading {
        let login = self.login(Question::NewMatch)?;
        if login.from_idp {
            return Err("needs `login_start`: every login starts at the IdP".into());
        }
        if login.entered() {
            return is(true, &[login]);
        }
        let other = self.login(Question::NewMatchFromIdp)?;
        match other.entered() {
            true => is(false, &[login, other]),
            false => Err("needs a first login that gets in".into()),
        }
    }

    fn defaults_combine(&self) -> Reading {
        // Where nothing could be configured, nothing is known of what matches.
        if let (true, Err(why)) = (self.asked.held_on.is_empty(), self.login(Question::Gain)) {
            return Err(why);
        }
        let login = self.first()?;
        let holds = roles(login)?;
        match (holds.contains(&self.line("alpha")), holds.contains(&self.line("starters"))) {
            (true, false) => word(DefaultsCombine::OnlyIfNoMatch, &[login]),
            (true, true) => word(DefaultsCombine::OnTop, &[login]),
            (false, true) => other("the defaults in place of what the mapping gives", &[login]),
            (false, false) => other("neither the mapping's role nor the defaults", &[login]),
        }
    }

    /// Defaults are on: where they are given nothing is told of what comes without them, so the knob
    /// `no_match_new` is not told by this.
    fn new_no_match(&self) -> Reading {
        let login = self.login(Question::NewNone)?;
        if !login.entered() {
            return said(login, "refused, though defaults are on");
        }
        let holds = roles(login)?;
        let defaults = BTreeSet::from([self.line("starters")]);
        match holds {
            holds if holds == defaults => said(login, "gets in with the defaults"),
            holds if holds.is_empty() => said(login, "gets in without any role"),
            _ => said(login, "gets in with other roles than the defaults"),
        }
    }

    fn manual_grant(&self) -> Reading {
        self.synced()?;
        let gain = self.login(Question::Gain)?;
        match roles(gain)?.contains(&self.line("delta")) {
            true => said(gain, "a role given by hand stays when groups are synced"),
            false => said(gain, "a role given by hand goes when groups are synced"),
        }
    }

    /// All the logins of a knob together: with and without membership.
    fn no_match(&self, questions: &[Question]) -> Reading {
        self.synced()?;
        let scope = self.scope().ok().flatten();
        let scopes: Vec<_> = match scope {
            Some(scope) => vec![scope],
            None => vec![
                SyncScope::ReplaceAll,
                SyncScope::ManagedOnly,
                SyncScope::LinkedTargets,
                SyncScope::Additive,
            ],
        };
        let defaults = self.line("starters");
        let by_hand = [self.line("delta"), self.line("epsilon")];
        let [unlinked, _] = &by_hand;
        let ground = Ground { defaults: &defaults, by_hand: &by_hand, unlinked, scopes: &scopes };
        let mut left: Option<Vec<NoMatchExisting>> = None;
        let mut seen = Vec::new();
        for question in questions {
            let login = match self.login(*question) {
                Ok(login) => login,
                Err(why) if seen.is_empty() => return Err(why),
                Err(_) => continue,
            };
            let fits = fitting(login, &ground).ok_or(NO_STATE)?;
            left = Some(match left {
                None => fits,
                Some(left) => left.into_iter().filter(|value| fits.contains(value)).collect(),
            });
            seen.push(login);
        }
        match left.unwrap_or_default().as_slice() {
            [] => other(&did(&seen), &seen),
            [value] => word(*value, &seen),
            several => Ok((Learnt::OneOf(several.iter().map(json).collect()), numbers(&seen))),
        }
    }

    fn enforced_sync_off(&self) -> Reading {
        self.switched()?;
        self.no_match(&[Question::Enforced, Question::EnforcedEmpty])
    }

    fn sync_off(&self) -> Reading {
        self.switched()?;
        let login = self.login(Question::SyncOff)?;
        match login.outcome.class {
            OutcomeClass::Rejected => word(ExistingNoMatch::Reject, &[login]),
            _ if !login.entered() => other(&did(&[login]), &[login]),
            _ => match unchanged(login)? {
                true => word(ExistingNoMatch::AllowUnchanged, &[login]),
                false => other(&format!("{}, though sync is off", did(&[login])), &[login]),
            },
        }
    }

    fn absent_attribute(&self) -> Reading {
        self.synced()?;
        let login = self.login(Question::Absent)?;
        if !(login.entered() && unchanged(login)?) {
            return word(AbsentAttribute::NoGroups, &[login]);
        }
        // Nothing happened: that means "keep" only if other groups would have changed something.
        let contrast = self.login(Question::AbsentContrast);
        match contrast.map(|other| (other, other.entered(), unchanged(other))) {
            Ok((other, true, Ok(true))) => both_absent(&[login, other]),
            Ok((other, false, _)) | Ok((other, true, Ok(false))) => {
                word(AbsentAttribute::Keep, &[login, other])
            }
            Ok((_, _, Err(why))) => Err(why),
            Err(_) => both_absent(&[login]),
        }
    }

    /// The login with two groups that was let in.
    fn several(&self, kind: Kind) -> Result<&'a Login, String> {
        let asked = [Question::Several, Question::SeveralFromSp];
        let logins = self.asked.logins.iter().filter(|login| asked.contains(&login.question));
        let entered: Vec<_> = logins.clone().filter(|login| login.entered()).collect();
        let of_kind = entered.iter().find(|login| {
            let noun = format!("{} ", kind.noun());
            login.holds.iter().flatten().any(|line| line.starts_with(&noun))
        });
        match (of_kind, entered.first(), logins.count()) {
            (Some(login), _, _) => Ok(login),
            (None, Some(login), _) if login.holds.is_none() => Err(NO_STATE.into()),
            (None, _, 0) => self.login(Question::Several),
            (None, Some(_), _) => Err(format!("needs an SP that takes roles on a {}", kind.noun())),
            (None, None, _) => Err("the login with two groups was refused".into()),
        }
    }

    fn multi(&self, kind: Kind) -> Reading {
        let login = self.several(kind)?;
        match winner(kind, &roles(login)?) {
            Winner::Knob(multi) => word(multi, &[login]),
            Winner::Other(what) => other(what, &[login]),
            Winner::Unclear => Err("needs a login in which both groups count".into()),
        }
    }

    /// Which of several values are read, where roles follow groups; else from a first login.
    fn several_values(&self) -> Reading {
        let (first, last, seen) = match syncs(self.asked) {
            Some(true) => {
                let (gain, loss) = (self.login(Question::Gain)?, self.login(Question::Loss)?);
                let last = roles(gain)?.contains(&self.line("alpha"));
                (roles(loss)?.contains(&self.line("beta")), last, vec![gain, loss])
            }
            _ => {
                let (kind, login) = self.any_several()?;
                let lines = roles(login)?;
                (reads_first(kind, &lines), reads_last(kind, &lines), vec![login])
            }
        };
        let what = match (first, last) {
            (true, true) => "each counts, wherever it stands",
            (true, false) => "only the first one counts",
            (false, true) => "only the last one counts",
            (false, false) => "none counts where there are several",
        };
        Ok((Learnt::Is(what.into()), numbers(&seen)))
    }

    fn any_several(&self) -> Result<(Kind, &'a Login), String> {
        let found = Kind::SETTLED.iter().find_map(|kind| Some((*kind, self.several(*kind).ok()?)));
        found.map_or_else(|| Err(self.several(Kind::Orgs).err().unwrap_or_default()), Ok)
    }

    fn case_of_values(&self) -> Reading {
        let (ignored, login) = match syncs(self.asked) {
            Some(true) => {
                let gain = self.login(Question::Gain)?;
                (roles(gain)?.contains(&self.line("gamma")), gain)
            }
            _ => {
                let (kind, login) = self.any_several()?;
                (ignores_case(kind, &roles(login)?), login)
            }
        };
        said(login, if ignored { "case is ignored" } else { "a value in another case is another" })
    }

    fn admin_revocable(&self) -> Reading {
        self.synced()?;
        let gain = self.login(Question::Gain)?;
        let (Some(held), Some(holds)) = (&gain.held, &gain.holds) else {
            return Err(NO_STATE.into());
        };
        if !held.contains(ADMIN) {
            let why = self.asked.unasked.get(&Question::LastAdmin).cloned();
            return Err(why.unwrap_or_else(|| "needs a user who is an account admin".into()));
        }
        let stays = holds.contains(ADMIN);
        word(if stays { AdminRevocable::No } else { AdminRevocable::Yes }, &[gain])
    }

    fn last_admin(&self) -> Reading {
        self.synced()?;
        let login = self.login(Question::LastAdmin)?;
        match login.admins {
            None => return Err(NO_STATE.into()),
            Some(1) => {}
            Some(0) => return Err("needs a user who is an account admin".into()),
            Some(_) => return Err("needs an account without other admins".into()),
        }
        match (login.outcome.class, login.holds.as_ref()) {
            (OutcomeClass::Rejected, _) => word(LastAdmin::Reject, &[login]),
            (_, Some(holds)) if login.entered() => {
                let stays = holds.contains(ADMIN);
                word(if stays { LastAdmin::Keep } else { LastAdmin::Demote }, &[login])
            }
            _ => other(&did(&[login]), &[login]),
        }
    }

    fn deactivated(&self) -> Reading {
        let login = self.login(Question::Deactivated)?;
        match (login.entered(), unchanged(login)) {
            (true, _) => said(login, "gets in"),
            (false, Ok(false)) => said(login, "is refused, after the stored user was changed"),
            (false, _) => said(login, "is refused"),
        }
    }

    fn deleted(&self) -> Reading {
        let login = self.login(Question::Deleted)?;
        if !login.entered() {
            return said(login, "is refused");
        }
        let old = roles(login)?.contains(&self.line("delta"));
        match (login.outcome.class, old) {
            (OutcomeClass::Created, false) => said(login, "comes back as a new user"),
            (OutcomeClass::Created, true) => said(login, "comes back with the old roles"),
            _ => said(login, "was still there and gets in"),
        }
    }

    fn idp_initiated(&self) -> Reading {
        let from_idp: Vec<_> =
            self.asked.logins.iter().filter(|login| login.from_idp && login.entered()).collect();
        if let Some(login) = from_idp.first() {
            return is(true, &[login]);
        }
        self.login(Question::NewMatch)?;
        if self.asked.logins.iter().all(|login| !login.entered()) {
            return Err("needs a first login that gets in".into());
        }
        // Refused: that is about where it started only if the same from the SP got in.
        let pairs = [
            (Question::Several, Question::SeveralFromSp),
            (Question::IdpInitiated, Question::NewMatch),
        ];
        for (from_idp, from_sp) in pairs {
            if let (Ok(refused), Ok(entered)) = (self.login(from_idp), self.login(from_sp))
                && entered.entered()
            {
                return is(false, &[refused, entered]);
            }
        }
        self.login(Question::IdpInitiated).map_or_else(Err, |login| other(&did(&[login]), &[login]))
    }
}

const ADMIN: &str = "account admin";

fn both_absent(seen: &[&Login]) -> Reading {
    let values = [AbsentAttribute::NoGroups, AbsentAttribute::Keep];
    Ok((Learnt::OneOf(values.iter().map(json).collect()), numbers(seen)))
}
