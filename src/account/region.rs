//! The regions we know, and what they cost beside the lesson's.
//!
//! A name that is none would only fail later, with a host name that nobody finds, so it is refused first.
//! The list is that of AWS's own tools (`partitions.json`), without the isolated partitions, which no laptop reaches.
//! Invariant: names and partitions are AWS's own.

use crate::lesson::nearest;

/// A part of AWS with accounts of its own; second field of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partition {
    Standard,
    GovCloud,
    China,
    EuropeanSovereign,
}

impl Partition {
    /// As it stands in an ARN.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Standard => "aws",
            Self::GovCloud => "aws-us-gov",
            Self::China => "aws-cn",
            Self::EuropeanSovereign => "aws-eusc",
        }
    }
}

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    pub name: &'static str,
    /// Where it is, in AWS's words: `US East (N. Virginia)`.
    pub place: &'static str,
    pub partition: Partition,
}

const fn standard(name: &'static str, place: &'static str) -> Region {
    Region {
        name,
        place,
        partition: Partition::Standard,
    }
}

/// All of them, by name within their partition.
pub const REGIONS: [Region; 39] = [
    standard("af-south-1", "Africa (Cape Town)"),
    standard("ap-east-1", "Asia Pacific (Hong Kong)"),
    standard("ap-east-2", "Asia Pacific (Taipei)"),
    standard("ap-northeast-1", "Asia Pacific (Tokyo)"),
    standard("ap-northeast-2", "Asia Pacific (Seoul)"),
    standard("ap-northeast-3", "Asia Pacific (Osaka)"),
    standard("ap-south-1", "Asia Pacific (Mumbai)"),
    standard("ap-south-2", "Asia Pacific (Hyderabad)"),
    standard("ap-southeast-1", "Asia Pacific (Singapore)"),
    standard("ap-southeast-2", "Asia Pacific (Sydney)"),
    standard("ap-southeast-3", "Asia Pacific (Jakarta)"),
    standard("ap-southeast-4", "Asia Pacific (Melbourne)"),
    standard("ap-southeast-5", "Asia Pacific (Malaysia)"),
    standard("ap-southeast-6", "Asia Pacific (New Zealand)"),
    standard("ap-southeast-7", "Asia Pacific (Thailand)"),
    standard("ca-central-1", "Canada (Central)"),
    standard("ca-west-1", "Canada West (Calgary)"),
    standard("eu-central-1", "Europe (Frankfurt)"),
    standard("eu-central-2", "Europe (Zurich)"),
    standard("eu-north-1", "Europe (Stockholm)"),
    standard("eu-south-1", "Europe (Milan)"),
    standard("eu-south-2", "Europe (Spain)"),
    standard("eu-west-1", "Europe (Ireland)"),
    standard("eu-west-2", "Europe (London)"),
    standard("eu-west-3", "Europe (Paris)"),
    standard("il-central-1", "Israel (Tel Aviv)"),
    standard("me-central-1", "Middle East (UAE)"),
    standard("me-south-1", "Middle East (Bahrain)"),
    standard("mx-central-1", "Mexico (Central)"),
    standard("sa-east-1", "South America (São Paulo)"),
    standard("us-east-1", "US East (N. Virginia)"),
    standard("us-east-2", "US East (Ohio)"),
    standard("us-west-1", "US West (N. California)"),
    standard("us-west-2", "US West (Oregon)"),
    Region {
        name: "us-gov-east-1",
        place: "AWS GovCloud (US-East)",
        partition: Partition::GovCloud,
    },
    Region {
        name: "us-gov-west-1",
        place: "AWS GovCloud (US-West)",
        partition: Partition::GovCloud,
    },
    Region {
        name: "cn-north-1",
        place: "China (Beijing)",
        partition: Partition::China,
    },
    Region {
        name: "cn-northwest-1",
        place: "China (Ningxia)",
        partition: Partition::China,
    },
    Region {
        name: "eusc-de-east-1",
        place: "AWS European Sovereign Cloud (Germany)",
        partition: Partition::EuropeanSovereign,
    },
];

/// A region that there is none of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no region of AWS. {offer}")]
pub struct UnknownRegion {
    pub name: String,
    /// The nearest one, or the beginnings they have.
    pub offer: String,
}

/// The region with this name.
pub fn region(name: &str) -> Result<Region, UnknownRegion> {
    if let Some(region) = REGIONS.iter().find(|region| region.name == name) {
        return Ok(*region);
    }
    let names = REGIONS.iter().map(|region| region.name);
    let offer = match nearest(name, names) {
        Some(near) => format!("Did you mean {near}?"),
        None => format!(
            "There are {}, such as us-east-1 and eu-central-1",
            REGIONS.len()
        ),
    };
    Err(UnknownRegion {
        name: name.to_owned(),
        offer,
    })
}

/// How many times the lesson's prices something may cost in a region, at most. The three cheapest regions have one price; others ask
/// for up to half as much again, and China, which did not take part in the reduction of November 2024, for about two and a half
/// times as much (<https://aws.amazon.com/dynamodb/pricing/>, <https://www.amazonaws.cn/en/dynamodb/pricing/>).
#[must_use]
pub fn times_the_price(region: &str) -> u64 {
    match region {
        "us-east-1" | "us-east-2" | "us-west-2" => 1,
        "cn-north-1" | "cn-northwest-1" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_region_is_answered_with_the_nearest() {
        assert_eq!(region("us-east-1").unwrap().partition.id(), "aws");
        for (typed, part) in [
            ("us-esat-1", "Did you mean us-east-1?"),
            ("US-EAST-1", "Did you mean us-east-1?"),
            ("frankfurt", "There are 39"),
            ("", "There are 39"),
            ("us-east-1a", "Did you mean us-east-1?"),
        ] {
            let words = region(typed).unwrap_err().to_string();
            assert!(words.contains(part), "{typed}: {words}");
        }
    }
}
