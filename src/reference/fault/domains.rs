//! M47, M49 to M51, M74, M80: which entry an assertion belongs to, and whether it may enter there.
//! (M48 and M52 are in [`super::configure`].)

use super::Fault;
use crate::reference::server::Sp;
use crate::sp::{Claim, DomainUnvalidated, Entry, Owner, Reason, Selector};

/// A claim, and the entry that it leads to.
pub(in crate::reference) type Claimed = Result<(Claim, Option<Owner>), Reason>;

/// The entry that a claim leads to.
pub(in crate::reference) fn owner(
    fault: Option<Fault>,
    claim: &Claim,
    entries: &[Entry],
) -> Option<Owner> {
    let honest = || claim.owner(entries);
    match fault {
        Some(Fault::FileEntryWins) => {
            let files = entries.iter().filter(|entry| entry.managed_by_file).cloned();
            claim.owner(&files.collect::<Vec<_>>()).or_else(honest)
        }
        Some(Fault::DomainSuffixMatches) => honest().or_else(|| ends_alike(claim, entries)),
        _ => honest(),
    }
}

/// M49.
fn ends_alike(claim: &Claim, entries: &[Entry]) -> Option<Owner> {
    let Claim::Domain(domain) = claim else { return None };
    let mut all =
        entries.iter().flat_map(|entry| entry.domains.iter().map(move |own| (entry, own)));
    let (entry, own) = all.find(|(_, own)| domain.ends_with(&own.domain.to_lowercase()))?;
    Some(Owner { entry: entry.name.clone(), validated: own.validated })
}

/// The entry that a login goes on with, and whose user the assertion may name.
pub(in crate::reference) fn settled(sp: &Sp, mut entry: Entry, claim: Claimed) -> (Entry, Claimed) {
    match (sp.fault, &claim) {
        (Some(Fault::UnvalidatedAccepted), _) => {
            entry.rules.domain_unvalidated = DomainUnvalidated::Allow;
            (entry, claim)
        }
        (Some(Fault::FirstLoginAtSp), _) => {
            entry.rules.sp_initiated_provisions = true;
            (entry, claim)
        }
        (Some(Fault::ForeignIssuerAccepted), Ok((Claim::Domain(_), Some(owner)))) => {
            let entry = sp.entries.whole(&owner.entry).unwrap_or(entry);
            (entry, claim)
        }
        (Some(Fault::TokenIgnored), _) if entry.rules.selector == Selector::Token => {
            entry.rules.required_attributes.retain(|name| name != "token");
            let owner = Owner { entry: entry.name.clone(), validated: true };
            (entry, Ok((Claim::Single, Some(owner))))
        }
        _ => (entry, claim),
    }
}
