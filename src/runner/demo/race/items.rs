//! The items of a race's table: pets and the people they live with, as many as wanted.
//!
//! Invariant: item `number` is always the same, and no two share a key.

use crate::lesson::model::RaceDemo;
use crate::simulator::item::{Item, Name, Value as ItemValue};

const PEOPLE: [&str; 32] = [
    "Ada", "Ben", "Chloe", "Dmitri", "Esra", "Fatou", "Goran", "Hana", "Ivan", "Jamal", "Keiko",
    "Lars", "Mei", "Noor", "Omar", "Priya", "Quentin", "Rosa", "Sven", "Tala", "Uma", "Viktor",
    "Wanda", "Xavier", "Yara", "Zoltan", "Aiko", "Bruno", "Carmen", "Dayo", "Elif", "Femi",
];
const PETS: [&str; 24] = [
    "Beeba", "Kitten", "Rex", "Milo", "Luna", "Simba", "Oscar", "Bella", "Coco", "Daisy", "Felix",
    "Ginger", "Honey", "Jasper", "Lola", "Max", "Nala", "Otis", "Pepper", "Rusty", "Shadow",
    "Tiger", "Willow", "Ziggy",
];
const KINDS: [&str; 6] = ["cat", "dog", "rabbit", "parrot", "hamster", "tortoise"];
const ABOUT: [&str; 4] = [
    "sleeps on the windowsill most of the day and comes running when the fridge door opens",
    "was found behind the bakery, is afraid of umbrellas and likes the sound of the piano",
    "has a red collar with a small bell and is fed twice a day, at seven and at half past six",
    "knows three tricks, forgets two of them when visitors come, and travels well by train",
];

/// A number of twelve digits that no other item has: the multiplier shares no factor with 10⁹.
fn chip(number: u64) -> String {
    format!("985{:09}", (number + 1) * 387_420_489 % 1_000_000_000)
}

fn pick<'a>(names: &[&'a str], number: u64) -> &'a str {
    let index = usize::try_from(number % names.len() as u64).expect("smaller than the list");
    names[index]
}

/// Item `number` of a race's table: the first `per_key` items have the key that is asked for, then come as many with
/// another one, and so on. About 160 bytes each, as an item of a small application may have.
pub(super) fn item(demo: &RaceDemo, number: u64) -> Item {
    let per_key = if demo.sort_key.is_some() {
        demo.per_key.max(1)
    } else {
        1
    };
    let (group, member) = (number / per_key, number % per_key);
    let people = PEOPLE.len() as u64;
    let name = format!("{} {}", pick(&PEOPLE, group), group / people + 1);
    let partition_key = if group == 0 {
        demo.key.clone()
    } else if name == demo.key {
        // The key that is asked for belongs to the first group alone.
        format!("{name}, too")
    } else {
        name
    };
    let pets = PETS.len() as u64;
    let pet = match member / pets {
        0 => pick(&PETS, member).to_owned(),
        round => format!("{} {}", pick(&PETS, member), round + 1),
    };
    let text = |text: &str| ItemValue::S(text.into());
    let born = ItemValue::S(format!("{}", 2009 + number % 15).as_str().into());
    let mut attributes = vec![
        (Name::new("born"), born),
        (Name::new("kind"), text(pick(&KINDS, group + member))),
        (Name::new(RaceDemo::CHIP), text(&chip(number))),
        (Name::new("about"), text(pick(&ABOUT, number))),
    ];
    match &demo.sort_key {
        Some(sort_key) => attributes.push((Name::new(sort_key), text(&pet))),
        None => attributes.push((Name::new("pet"), text(&pet))),
    }
    // The keys come last: where a lesson calls its key as one of the others, the key stays.
    attributes.push((Name::new(&demo.partition_key), text(&partition_key)));
    attributes.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::demo;
    use super::*;

    #[test]
    fn no_two_items_share_a_key_or_a_chip() {
        let mut demo = demo(1);
        demo.per_key = 60;
        demo.key = "Ada 2".to_owned();
        let all = |names: [&str; 2]| {
            let mut keys: Vec<String> = (0..5_000)
                .map(|number| {
                    let item = item(&demo, number);
                    format!("{:?} {:?}", item.get(names[0]), item.get(names[1]))
                })
                .collect();
            keys.sort();
            keys.dedup();
            keys.len()
        };
        assert_eq!(all(["person", "pet"]), 5_000);
        assert_eq!(all(["chip", "chip"]), 5_000);
    }

    #[test]
    fn an_item_has_about_160_bytes() {
        for number in 0..100 {
            let size = item(&demo(1), number).size();
            assert!((125..=190).contains(&size), "{size}");
        }
    }

    #[test]
    fn the_first_item_is_the_one_that_questions_start_with() {
        let demo = demo(1);
        let first = item(&demo, 0);
        let text = |name: &str| match first.get(name) {
            Some(ItemValue::S(text)) => text.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text("person"), demo.key);
        assert_eq!(text("pet"), RaceDemo::FIRST_PET);
        assert_eq!(text("chip"), RaceDemo::FIRST_CHIP);
        for name in demo.attributes() {
            assert!(first.get(&name).is_some(), "{name}");
        }
    }
}
