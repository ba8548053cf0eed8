//! Scopes: what a client may do in a person's name (RFC 6749, 3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// One permission that a client can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// An ID token that says who the person is.
    OpenId,
    /// Name, language and plan of the person, and the call `GET /me`.
    Profile,
    /// Confirmed email address of the person.
    Email,
    /// A refresh token: access without the person, until the grant ends.
    OfflineAccess,
    /// List API keys.
    KeysRead,
    /// Create, change and revoke API keys.
    KeysWrite,
    /// Read usage and balance.
    UsageRead,
}

impl Scope {
    /// All scopes, in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::OpenId,
        Self::Profile,
        Self::Email,
        Self::OfflineAccess,
        Self::KeysRead,
        Self::KeysWrite,
        Self::UsageRead,
    ];

    /// Returns the name of the scope in requests and tokens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::OfflineAccess => "offline_access",
            Self::KeysRead => "keys:read",
            Self::KeysWrite => "keys:write",
            Self::UsageRead => "usage:read",
        }
    }

    /// Reads the name of a scope. Names are case-sensitive.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::OpenId => 1,
            Self::Profile => 1 << 1,
            Self::Email => 1 << 2,
            Self::OfflineAccess => 1 << 3,
            Self::KeysRead => 1 << 4,
            Self::KeysWrite => 1 << 5,
            Self::UsageRead => 1 << 6,
        }
    }
}

/// Name of a scope that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScope(pub String);

/// Set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Reads names separated by spaces.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        text.split(' ').filter(|name| !name.is_empty()).try_fold(Self::NONE, |scopes, name| {
            Scope::parse(name).map(|scope| scopes.with(scope)).ok_or_else(|| UnknownScope(name.to_owned()))
        })
    }

    /// Reads stored names. Skips those that no longer exist.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        text.split(' ').filter_map(Scope::parse).fold(Self::NONE, Self::with)
    }

    /// True if the set contains the scope.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// True if the set contains no scope.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True if `other` contains every scope of this set.
    #[must_use]
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the scopes of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the scopes that `other` does not contain.
    #[must_use]
    pub const fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the set with another scope.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Returns the set without a scope.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// Returns the scopes in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { " " })?;
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::stored(&String::deserialize(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_in_one_order_whatever_it_was_read_from() {
        let scopes = Scopes::parse("email  keys:write openid email").expect("known scopes");
        assert_eq!(scopes.to_string(), "openid email keys:write");
        assert_eq!(Scopes::parse("openid groups"), Err(UnknownScope("groups".to_owned())));
        assert_eq!(Scopes::parse("OpenID"), Err(UnknownScope("OpenID".to_owned())));
        assert_eq!(Scopes::stored("openid groups").to_string(), "openid");
        assert_eq!(Scopes::parse(""), Ok(Scopes::NONE));
    }

    #[test]
    fn sets_are_compared_scope_by_scope() {
        let read = |text| Scopes::parse(text).expect("known scopes");
        let (small, large) = (read("openid keys:read"), read("openid keys:read keys:write"));
        assert!(small.is_within(large) && !large.is_within(small));
        assert_eq!(large.beyond(small), read("keys:write"));
        assert_eq!(small.union(read("email")), read("openid email keys:read"));
        assert_eq!(large.without(Scope::KeysWrite), small);
        assert_eq!(Scope::ALL.into_iter().fold(Scopes::NONE, Scopes::with).iter().count(), Scope::ALL.len());
    }
}
