//! Presets say what the profiles of the same SPs say.

use samlproof::idp::{AttributeSource, AttributeStatement, GroupFilter, Preset};
use samlproof::scenario::Catalogue;
use samlproof::sp::{Encryption, Selector};

#[test]
fn presets_and_profiles_agree() {
    let catalogue = Catalogue::load(&[], &[]).unwrap();
    let known = Preset::ALL.iter().filter(|preset| **preset != Preset::GENERIC);
    let mut compared = 0;
    for preset in known {
        let profile = catalogue.profiles.iter().find(|one| one.name == preset.id).unwrap();
        assert_eq!(preset.acs, profile.acs.as_str());
        assert_eq!(preset.entity_id, profile.entity_id.as_str());
        assert_eq!(preset.name_id_format, profile.name_id_format.as_str());
        assert_eq!(preset.encrypted, profile.rules.encryption == Encryption::Required);
        assert_eq!(preset.token, profile.rules.selector == Selector::Token);
        let wanted = profile.app.attributes.iter().cloned().map(AttributeStatement::try_from);
        let mut wanted: Vec<AttributeStatement> = wanted.map(Result::unwrap).collect();
        wanted.retain(|statement| !(preset.token && statement.name == "token"));
        assert_eq!(statements(preset), wanted, "{}", preset.id);
        compared += 1;
    }
    assert_eq!(compared, 3);
}

fn statements(preset: &Preset) -> Vec<AttributeStatement> {
    let expressions = preset
        .attributes
        .iter()
        .map(|(name, value)| (*name, AttributeSource::parse(value).unwrap()));
    let groups = preset.groups.iter().map(|(name, kind, value)| {
        let filter = match *kind {
            "STARTS_WITH" => GroupFilter::starts_with(*value),
            "REGEX" => GroupFilter::regex(*value).unwrap(),
            other => panic!("no preset uses {other}"),
        };
        (*name, AttributeSource::Groups(filter))
    });
    let all = expressions.chain(groups);
    all.map(|(name, source)| AttributeStatement {
        name: name.to_owned(),
        format: preset.format,
        source,
    })
    .collect()
}

#[test]
fn a_preset_is_found_by_its_id() {
    assert_eq!(Preset::find("k6-cloud").unwrap().label, "k6 Cloud");
    assert_eq!(Preset::find("k6"), None);
}
