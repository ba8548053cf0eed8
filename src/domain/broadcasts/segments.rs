//! Audiences: counted exactly, and read from what an admin typed.

use std::collections::BTreeMap;

use crate::domain::Domain;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::error::{Error, Refusal, Result};
use crate::model::broadcasts::segment_syntax::{SegmentTextError, TypedSegment};
use crate::model::broadcasts::{Broadcast, BroadcastId, Segment};
use crate::model::notices::category::Category;
use crate::model::text::language::Language;
use crate::store::broadcasts::segment::SegmentFilter;

pub use crate::store::broadcasts::segment::LanguageReaders;

/// Recipients of a draft if it started now.
#[derive(Clone, Debug)]
pub struct Audience {
    /// Exact number of recipients.
    pub recipients: i64,
    /// Recipients who read a language in which the draft has no text, by language. They get the text in another one.
    pub without_text: Vec<LanguageReaders>,
}

impl Domain {
    /// Returns the exact number of people the broadcast would reach if it started now.
    pub async fn count_recipients(&self, admin: &Admin, id: BroadcastId) -> Result<i64> {
        let Broadcast { segment, category, .. } = self.broadcast(admin, id).await?;
        self.count_segment(admin, &segment, category).await
    }

    /// Returns the number of people in a segment who are reachable and have not opted out of the category.
    pub async fn count_segment(&self, _admin: &Admin, segment: &Segment, category: Category) -> Result<i64> {
        let filter = self.segment_filter(segment, category)?;
        Ok(self.inner.store.count_segment(&filter).await?)
    }

    /// Returns the recipients of a draft, and those of them who read a language in which it has no text.
    pub async fn audience(&self, _admin: &Admin, draft: &Broadcast) -> Result<Audience> {
        let readers = self.inner.store.count_readers(&self.segment_filter(&draft.segment, draft.category)?).await?;
        let recipients = readers.iter().map(|readers| readers.count).sum();
        let texts = &draft.content.texts;
        let has_text = |language: Language| texts.is_empty() || texts.contains_key(&language);
        let without_text =
            readers.into_iter().filter(|readers| readers.count > 0 && !has_text(readers.language)).collect();
        Ok(Audience { recipients, without_text })
    }

    fn segment_filter(&self, segment: &Segment, category: Category) -> Result<SegmentFilter> {
        if let Some(flaw) = segment.error(self.plans()) {
            return Err(Refusal::from(flaw).into());
        }
        Ok(SegmentFilter::new(segment, category, self.plans(), self.now())?)
    }

    /// Finds the people whom a typed segment names. The inner error names the word that finds nobody.
    pub async fn resolve_segment(
        &self,
        admin: &Admin,
        typed: TypedSegment,
    ) -> Result<std::result::Result<Segment, SegmentTextError>> {
        let mut found = BTreeMap::new();
        for name in typed.people() {
            match self.telegram_ids(admin, name).await? {
                Ok(ids) => drop(found.insert(name.to_owned(), ids)),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(typed.resolved(&found)))
    }

    /// Returns the Telegram ids of a person. A number is a Telegram id, even of somebody who never wrote to the bot.
    async fn telegram_ids(&self, admin: &Admin, name: &str) -> Result<std::result::Result<Vec<i64>, SegmentTextError>> {
        if let Ok(id) = name.parse() {
            return Ok(Ok(vec![id]));
        }
        let nobody = || SegmentTextError::NobodyNamed(name.to_owned());
        let Some(person) = PersonRef::parse(name) else { return Ok(Err(nobody())) };
        let account = match self.find_person(admin, &person).await {
            Ok(account) => account,
            Err(Error::Refused(Refusal::PersonNotFound)) => return Ok(Err(nobody())),
            Err(error) => return Err(error),
        };
        let identities = self.inner.store.identities(account.id).await?;
        let of_telegram = identities.iter().filter(|identity| identity.kind == "telegram");
        let ids: Vec<i64> = of_telegram.filter_map(|identity| identity.subject.parse().ok()).collect();
        Ok(if ids.is_empty() { Err(SegmentTextError::NoTelegram(name.to_owned())) } else { Ok(ids) })
    }
}
