//! Text form of a segment, typed in chat and on the command line: `everyone`, `plans:vip,elite`, `people:1001,1002`.

use std::fmt;
use std::str::FromStr;

use crate::model::broadcasts::segment::Segment;
use crate::model::text::language::Language;

/// List of the accepted forms, for error texts and `--help`.
pub const SEGMENT_FORMS: &str = "everyone, plans:vip,elite, plan_ends:7 (days), balance_under:100 (tokens), language:ru, active_within:30 (days) or \
                         people:1001,1002 (Telegram ids)";

impl FromStr for Segment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unclear = || format!("must be one of {SEGMENT_FORMS}");
        let text = text.trim().to_lowercase();
        if text == "everyone" {
            return Ok(Self::Everyone);
        }
        let (kind, value) = text.split_once(':').ok_or_else(unclear)?;
        let value = value.trim();
        let each = || value.split([',', ' ', '\n']).filter(|part| !part.is_empty());
        let days = || value.parse().map_err(|_| format!("{kind} must be followed by a number of days"));
        match kind {
            "plans" => Ok(Self::Plans { plans: each().map(ToOwned::to_owned).collect() }),
            "plan_ends" => Ok(Self::PlanEnds { days: days()? }),
            "active_within" => Ok(Self::ActiveWithin { days: days()? }),
            "balance_under" => match value.parse() {
                Ok(tokens) => Ok(Self::BalanceUnder { tokens }),
                Err(_) => Err("balance_under must be followed by a number of tokens".to_owned()),
            },
            "language" => {
                let language = Language::ALL.into_iter().find(|language| language.code() == value);
                language
                    .map(|language| Self::Language { language })
                    .ok_or_else(|| "language must be en or ru".to_owned())
            }
            "people" => {
                let ids: Result<Vec<i64>, _> = each().map(str::parse).collect();
                let ids = ids.map_err(|_| "people must be followed by Telegram ids".to_owned())?;
                Ok(Self::People { ids })
            }
            _ => Err(unclear()),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => f.write_str("everyone"),
            Self::Plans { plans } => write!(f, "plans:{}", plans.join(",")),
            Self::PlanEnds { days } => write!(f, "plan_ends:{days}"),
            Self::BalanceUnder { tokens } => write!(f, "balance_under:{tokens}"),
            Self::Language { language } => write!(f, "language:{}", language.code()),
            Self::ActiveWithin { days } => write!(f, "active_within:{days}"),
            Self::People { ids } => {
                write!(f, "people:{}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segments() -> impl Strategy<Value = Segment> {
        prop_oneof![
            Just(Segment::Everyone),
            proptest::collection::vec("[a-z0-9_-]{1,12}", 1..4).prop_map(|plans| Segment::Plans { plans }),
            any::<u32>().prop_map(|days| Segment::PlanEnds { days }),
            any::<i64>().prop_map(|tokens| Segment::BalanceUnder { tokens }),
            Just(Segment::Language { language: Language::Russian }),
            any::<u32>().prop_map(|days| Segment::ActiveWithin { days }),
            proptest::collection::vec(any::<i64>(), 1..4).prop_map(|ids| Segment::People { ids }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(segment in segments()) {
            prop_assert_eq!(segment.to_string().parse(), Ok(segment));
        }
    }

    #[test]
    fn as_people_type_them() {
        let parse = |text: &str| text.parse::<Segment>();
        assert_eq!(parse(" Plans: VIP, elite "), Ok(Segment::Plans { plans: vec!["vip".into(), "elite".into()] }));
        assert_eq!(parse("people:1001 1002\n1003"), Ok(Segment::People { ids: vec![1001, 1002, 1003] }));
        assert_eq!(parse("plan_ends:soon"), Err("plan_ends must be followed by a number of days".to_owned()));
        assert_eq!(parse("people:ivan"), Err("people must be followed by Telegram ids".to_owned()));
        for unclear in ["", "all", "vip", "plan:vip", "people"] {
            assert_eq!(parse(unclear), Err(format!("must be one of {SEGMENT_FORMS}")), "{unclear}");
        }
    }
}
