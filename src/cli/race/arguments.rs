//! What can be typed after `dynatour race`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::app::race::run::RaceRun;
use crate::cli::arguments::whole;
use crate::cli::picture::arguments::Picture;
use crate::lesson::ask::{Ask, IndexKey, Way};
use crate::lesson::model::{Place, RaceDemo};

/// Fills a scratch table of the simulated `DynamoDB` and asks one question in two ways. Nothing is kept.
///
/// Conditions have their values in them: --right-filter 'kind = "cat" AND born > "2015"'. With --endpoint-url, the
/// same is run on that server on a table of its own, once --yes says that it may cost what it costs at most.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Race {
    /// Items in the table, up to a million
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = whole::<u64>, allow_negative_numbers = true)]
    pub items: u64,
    /// Partitions of the table
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = whole::<u32>, allow_negative_numbers = true)]
    pub partitions: u32,
    /// The person whose pets are asked for; three pets live with Rachel, three with each of the others
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// How the left side asks
    #[arg(long, value_name = "WAY", value_parser = ways(), default_value = "query")]
    pub left: Way,
    /// How the right side asks
    #[arg(long, value_name = "WAY", value_parser = ways(), default_value = "scan")]
    pub right: Way,
    /// Key or key condition of the left side
    #[arg(long, value_name = "CONDITION")]
    pub left_key: Option<String>,
    /// Filter of the left side
    #[arg(long, value_name = "CONDITION")]
    pub left_filter: Option<String>,
    /// The left side reads strongly consistently
    #[arg(long)]
    pub left_consistent: bool,
    /// Key or key condition of the right side
    #[arg(long, value_name = "CONDITION")]
    pub right_key: Option<String>,
    /// Filter of the right side
    #[arg(long, value_name = "CONDITION")]
    pub right_filter: Option<String>,
    /// The right side reads strongly consistently
    #[arg(long)]
    pub right_consistent: bool,
    /// Key of the global index that `index` queries: kind, or kind,born with a sort key
    #[arg(long, value_name = "NAME[,NAME]")]
    pub index: Option<String>,
    /// What `projection` returns
    #[arg(long, value_name = "NAME[,NAME…]")]
    pub projection: Option<String>,
    /// Segments of `parallel`
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=crate::lesson::ask::MOST_SEGMENTS))]
    pub segments: u64,
    /// Milliseconds of the round trip that times are modelled with
    #[arg(long, value_name = "MS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub round_trip: u64,
    /// Also run it at sizes from 10 to 100,000 items, and extrapolate to a billion
    #[arg(long)]
    pub growth: bool,
    /// With --endpoint-url: run it there, for what it costs at most
    #[arg(long)]
    pub yes: bool,
    /// Print the pages and their sums; also without a terminal or with TERM=dumb
    #[arg(long)]
    pub plain: bool,
    /// Print one JSON object
    #[arg(long, conflicts_with_all = ["plain", "export"])]
    pub json: bool,
    #[command(flatten)]
    pub picture: Picture,
}

fn ways() -> impl clap::builder::TypedValueParser<Value = Way> {
    PossibleValuesParser::new(Way::ALL.map(Way::name)).map(|name| {
        Way::ALL
            .into_iter()
            .find(|way| way.name() == name)
            .expect("the possible values are the names of the ways")
    })
}

impl Race {
    /// What is asked for.
    pub fn run(&self) -> RaceRun {
        let mut demo = RaceDemo {
            id: String::new(),
            questions: Vec::new(),
            table: "pets_by_person".to_owned(),
            partition_key: "person".to_owned(),
            sort_key: Some("pet".to_owned()),
            partitions: self.partitions,
            items: self.items,
            per_key: 3,
            key: "Rachel".to_owned(),
            round_trip: self.round_trip,
            place: Place::default(),
        };
        demo.questions = vec![demo.question("Which pets live with Rachel?")];
        let asked = self.key.as_deref().unwrap_or(&demo.key);
        let mut right = Ask::about(self.right, &demo, asked);
        fill(&mut right.key, self.right_key.as_deref());
        fill(&mut right.filter, self.right_filter.as_deref());
        right.consistent = self.right_consistent;
        let mut left = Ask::about(self.left, &demo, asked);
        // An index is there to answer what the other side filters for.
        if self.left == Way::Index && self.right_filter.is_some() {
            left.key = right.whole();
        }
        fill(&mut left.key, self.left_key.as_deref());
        fill(&mut left.filter, self.left_filter.as_deref());
        left.consistent = self.left_consistent;
        for ask in [&mut left, &mut right] {
            if let Some(index) = &self.index {
                let mut names = index.split(',').map(|name| name.trim().to_owned());
                ask.index = IndexKey {
                    partition: names.next().unwrap_or_default(),
                    sort: names.next(),
                };
            }
            fill(&mut ask.projection, self.projection.as_deref());
            ask.segments = self.segments;
        }
        RaceRun { demo, left, right }
    }
}

fn fill(text: &mut String, given: Option<&str>) {
    if let Some(given) = given {
        given.clone_into(text);
    }
}
