//! Roles of admins, and the list of admins from `NEURALBOX_ADMINS`.

use crate::model::accounts::account::TelegramId;

/// Role of an admin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AdminRole {
    /// May do everything.
    #[default]
    Owner,
    /// Looks after people, and sends no broadcasts.
    Support,
    /// Sends broadcasts, and nothing else.
    Announcer,
}

impl AdminRole {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Support, Self::Announcer];

    /// Returns the name in the settings and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Support => "support",
            Self::Announcer => "announcer",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(name))
    }
}

/// An admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfiguredAdmin {
    /// Telegram id of the admin.
    pub id: TelegramId,
    /// What the admin may do.
    pub role: AdminRole,
}

/// All admins, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdminList {
    ids: Vec<TelegramId>,
    roles: Vec<AdminRole>,
}

impl AdminList {
    /// Builds the list. An error is the admin who is named with two roles.
    pub fn new(admins: impl IntoIterator<Item = ConfiguredAdmin>) -> Result<Self, TelegramId> {
        let mut list = Self::default();
        for ConfiguredAdmin { id, role } in admins {
            match list.role(id) {
                None => {
                    list.ids.push(id);
                    list.roles.push(role);
                }
                Some(known) if known == role => {}
                Some(_) => return Err(id),
            }
        }
        Ok(list)
    }

    /// Returns the Telegram ids of all admins.
    #[must_use]
    pub fn ids(&self) -> &[TelegramId] {
        &self.ids
    }

    /// Returns the role of an admin; `None` for anyone else.
    #[must_use]
    pub fn role(&self, id: TelegramId) -> Option<AdminRole> {
        self.iter().find(|admin| admin.id == id).map(|admin| admin.role)
    }

    /// Iterates over all admins.
    pub fn iter(&self) -> impl Iterator<Item = ConfiguredAdmin> {
        self.ids.iter().zip(&self.roles).map(|(id, role)| ConfiguredAdmin { id: *id, role: *role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_has_one_role() {
        let admin = |id, role| ConfiguredAdmin { id: TelegramId::new(id).expect("an id"), role };
        let list =
            AdminList::new([admin(1, AdminRole::Owner), admin(2, AdminRole::Support), admin(2, AdminRole::Support)]);
        let list = list.expect("no contradiction");
        assert_eq!(list.ids().len(), 2);
        assert_eq!(TelegramId::new(2).and_then(|id| list.role(id)), Some(AdminRole::Support));
        assert_eq!(TelegramId::new(3).and_then(|id| list.role(id)), None);
        let twice = AdminList::new([admin(1, AdminRole::Owner), admin(1, AdminRole::Announcer)]);
        assert_eq!(twice.err(), TelegramId::new(1));
    }

    #[test]
    fn roles_are_read_by_name() {
        assert!(AdminRole::ALL.into_iter().all(|role| AdminRole::parse(role.as_str()) == Some(role)));
        assert_eq!((AdminRole::parse("Support"), AdminRole::parse("boss")), (Some(AdminRole::Support), None));
    }
}
