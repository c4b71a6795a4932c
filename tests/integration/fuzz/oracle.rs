//! The oracle agrees with an honest SP, and with no faulty one.

use samlproof::fuzz::{Capabilities, OpenRules, Oracle, strategies};
use samlproof::reference::Fault;

use super::{Ground, sample};

#[test]
fn an_honest_sp_is_never_found_wrong() {
    for name in ["arize-eu", "k6-cloud"] {
        let ground = Ground::new(name, None);
        let worlds = sample(strategies::world(&Capabilities::of(&ground.profile)), 40);
        for world in worlds {
            let script = ground.script(&world);
            let played = ground.play(&script);
            let open = OpenRules::default();
            let judged = Oracle::new(&script, &open).judge(&played);
            if let Err(found) = judged {
                panic!("{found}\n{found:#?}\n{world:#?}\n{:#?}", played.steps[found.action]);
            }
        }
    }
}

#[test]
#[ignore]
fn explore() {
    let honest = Ground::new("arize-eu", None);
    let worlds = sample(strategies::world(&Capabilities::of(&honest.profile)), 400);
    for fault in Fault::ALL {
        let number: u32 = fault.id()[1..].parse().unwrap();
        if ![20, 21, 28, 30, 31, 33, 36, 40, 45, 46, 84].contains(&number) {
            continue;
        }
        let ground = Ground::new("arize-eu", Some(*fault));
        let mut hits = 0;
        let mut first = None;
        let mut why = String::new();
        for (case, world) in worlds.iter().enumerate() {
            let script = ground.script(world);
            let played = ground.play(&script);
            let open = OpenRules::default();
            if let Err(found) = Oracle::new(&script, &open).judge(&played) {
                hits += 1;
                if first.is_none() {
                    first = Some(case);
                    why = found.to_string();
                }
                if hits > 0 {
                    break;
                }
            }
        }
        println!("{fault} {first:?} {hits} {why}");
    }
}
