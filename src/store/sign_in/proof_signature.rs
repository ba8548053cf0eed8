//! Signatures of proofs. Each is accepted once, either for signing in or for linking an identity.

use crate::model::time::Moment;
use crate::store::Tx;

/// Signature of a proof: of a payload, or the digest of an authorization code.
#[derive(Clone, Debug)]
pub struct ProofSignature {
    /// Bytes that identify the proof.
    pub bytes: Vec<u8>,
    /// Time after which it may be purged: the proof is too old by then.
    pub forget_at: Moment,
}

impl ProofSignature {
    /// Marks the proof as used; false if it was used before.
    pub(in crate::store) async fn spend(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "insert into used_login_signature (signature, expires_at) values ($1, $2)
                   on conflict (signature) do nothing";
        Ok(tx.run(sql, &[&self.bytes, &self.forget_at]).await? == 1)
    }
}
