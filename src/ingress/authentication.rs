//! Owns the proof that a delivery is RingCentral's or a relay's of ours: signature or verification token, compared in
//! constant time over the raw body, before anything is parsed. Called by `webhooks`.

use crate::config::{Webhook, WebhookAuth};
use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Header with the hex HMAC-SHA256 of the raw body. RingCentral itself signs nothing; relays and test tools do.
pub const SIGNATURE: &str = "x-ringcentral-signature";
/// Header in which RingCentral repeats the token given with the subscription.
pub const VERIFICATION_TOKEN: &str = "verification-token";

/// Why a delivery is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither secret nor token is configured.
    #[error("no webhook secret is configured, so no delivery can be trusted")]
    NotConfigured,
    /// No proof that counts.
    #[error("neither a signature nor a verification token")]
    NoProof,
    /// A signature that does not fit.
    #[error("signature does not fit the body")]
    WrongSignature,
    /// A token that does not fit.
    #[error("verification token is not ours")]
    WrongToken,
}

impl Refused {
    /// Names the reason for the metrics.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::NoProof => "no_proof",
            Self::WrongSignature => "wrong_signature",
            Self::WrongToken => "wrong_token",
        }
    }
}

/// Tells genuine deliveries from others.
pub struct Authenticator {
    secret: Option<SecretString>,
    token: Option<SecretString>,
    auth: WebhookAuth,
}

impl Authenticator {
    /// Takes secret, token and which of them counts.
    pub fn new(config: &Webhook) -> Self {
        Self {
            secret: config.secret.clone(),
            token: config.verification_token.clone(),
            auth: config.auth,
        }
    }

    /// Tells whether any delivery can be accepted.
    pub fn is_configured(&self) -> bool {
        match self.auth {
            WebhookAuth::Any => self.secret.is_some() || self.token.is_some(),
            WebhookAuth::Signature => self.secret.is_some(),
            WebhookAuth::Token => self.token.is_some(),
        }
    }

    /// Checks one delivery. A wrong signature is refused whatever else the delivery carries.
    pub fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Refused> {
        if !self.is_configured() {
            return Err(Refused::NotConfigured);
        }
        let token_counts = self.auth != WebhookAuth::Signature;
        match (headers.get(SIGNATURE), headers.get(VERIFICATION_TOKEN)) {
            (Some(_), token) => {
                for signature in headers.get_all(SIGNATURE) {
                    self.check_signature(signature.as_bytes(), body)?;
                }
                match (self.auth, token) {
                    (WebhookAuth::Token, Some(token)) => self.check_token(token.as_bytes()),
                    (WebhookAuth::Token, None) => Err(Refused::NoProof),
                    (WebhookAuth::Any | WebhookAuth::Signature, _) => Ok(()),
                }
            }
            (None, Some(token)) if token_counts => self.check_token(token.as_bytes()),
            (None, _) => Err(Refused::NoProof),
        }
    }

    fn check_signature(&self, signature: &[u8], body: &[u8]) -> Result<(), Refused> {
        let secret = self.secret.as_ref().ok_or(Refused::WrongSignature)?;
        let given = hex::decode(signature).map_err(|_| Refused::WrongSignature)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            .map_err(|_| Refused::WrongSignature)?;
        mac.update(body);
        mac.verify_slice(&given)
            .map_err(|_| Refused::WrongSignature)
    }

    fn check_token(&self, given: &[u8]) -> Result<(), Refused> {
        let token = self.token.as_ref().ok_or(Refused::WrongToken)?;
        if bool::from(token.expose_secret().as_bytes().ct_eq(given)) {
            Ok(())
        } else {
            Err(Refused::WrongToken)
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;
    use axum::http::HeaderValue;

    const BODY: &[u8] = b"{\"a\":1}";

    fn authenticator(
        auth: WebhookAuth,
        secret: Option<&str>,
        token: Option<&str>,
    ) -> Authenticator {
        Authenticator {
            secret: secret.map(Into::into),
            token: token.map(Into::into),
            auth,
        }
    }

    fn signature(secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(BODY);
        hex::encode(mac.finalize().into_bytes())
    }

    fn headers(signature: Option<&str>, token: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(SIGNATURE, signature), (VERIFICATION_TOKEN, token)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
        }
        headers
    }

    #[test]
    fn a_delivery_needs_a_proof_that_counts() {
        use WebhookAuth::{Any, Signature, Token};
        let good = signature("key");
        let table = [
            (Any, Some(good.as_str()), None, Ok(())),
            (Any, None, Some("token"), Ok(())),
            (
                Any,
                Some("00ff"),
                Some("token"),
                Err(Refused::WrongSignature),
            ),
            (Any, Some("not hex"), None, Err(Refused::WrongSignature)),
            (Any, None, Some("other"), Err(Refused::WrongToken)),
            (Any, None, None, Err(Refused::NoProof)),
            (Signature, None, Some("token"), Err(Refused::NoProof)),
            (Signature, Some(good.as_str()), None, Ok(())),
            (Token, Some(good.as_str()), None, Err(Refused::NoProof)),
            (Token, Some(good.as_str()), Some("token"), Ok(())),
            (
                Token,
                Some("00ff"),
                Some("token"),
                Err(Refused::WrongSignature),
            ),
            (Token, None, Some("token"), Ok(())),
        ];
        for (auth, signature, token, expected) in table {
            let result = authenticator(auth, Some("key"), Some("token"))
                .check(&headers(signature, token), BODY);
            assert_eq!(result, expected, "{auth:?} {signature:?} {token:?}");
        }
    }

    #[test]
    fn of_two_signatures_both_must_fit() {
        let mut two = headers(Some(&signature("key")), Some("token"));
        two.append(SIGNATURE, HeaderValue::from_static("00ff"));
        let somebody = authenticator(WebhookAuth::Any, Some("key"), Some("token"));
        assert_eq!(somebody.check(&two, BODY), Err(Refused::WrongSignature));
    }

    #[test]
    fn without_a_secret_nothing_is_accepted() {
        let nobody = authenticator(WebhookAuth::Any, None, None);
        let sent = headers(Some(&signature("")), Some(""));
        assert_eq!(nobody.check(&sent, BODY), Err(Refused::NotConfigured));
    }
}
