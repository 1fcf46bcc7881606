//! REST by itself: tokens, errors, limits, subscriptions.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use ringcentral_sim::rest::{Limits, RestConfig, RestFault, RestServer};
use serde_json::{Value, json};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

pub fn http() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn token_request(url: &str, secret: &str, form: &[(&str, &str)]) -> RequestBuilder {
    let body: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", value.replace(':', "%3A")))
        .collect();
    let request = http()
        .post(format!("{url}/restapi/oauth/token"))
        .basic_auth("sim-client", Some(secret));
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.join("&"))
}

pub async fn token(url: &str) -> String {
    let form = [("grant_type", JWT_BEARER), ("assertion", "sim-jwt")];
    let (status, body) = answer(token_request(url, "sim-secret", &form)).await;
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

pub async fn rest(
    url: &str,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    // The service's own SDK writes the scheme in lower case.
    let request = http()
        .request(method, format!("{url}{path}"))
        .header("authorization", format!("bearer {token}"));
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => request,
    };
    let (status, body) = answer(request).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn a_jwt_is_exchanged_and_a_refresh_token_is_good_once() {
    let server = RestServer::start(RestConfig::default()).await.unwrap();
    let form = [
        ("grant_type", JWT_BEARER),
        ("assertion", "sim-jwt"),
        ("access_token_ttl", "5"),
    ];
    let (_, first) = answer(token_request(&server.url(), "sim-secret", &form)).await;
    assert_eq!(
        (&first["expires_in"], &first["token_type"]),
        (&json!(600), &json!("bearer"))
    );
    let refresh = first["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (status, second) = answer(token_request(&server.url(), "sim-secret", &form)).await;
    assert_eq!(status, 200);
    let (status, again) = answer(token_request(&server.url(), "sim-secret", &form)).await;
    assert_eq!(
        (status.as_u16(), &again["errors"][0]["errorCode"]),
        (400, &json!("OAU-213"))
    );
    let path = "/restapi/v1.0/subscription";
    for (token, wanted) in [
        (&first["access_token"], 401),
        (&second["access_token"], 200),
    ] {
        let (status, _) = rest(
            &server.url(),
            token.as_str().unwrap(),
            Method::GET,
            path,
            None,
        )
        .await;
        assert_eq!(status, wanted);
    }
}

#[tokio::test]
async fn token_errors_carry_the_codes_of_the_service() {
    let server = RestServer::start(RestConfig::default()).await.unwrap();
    let url = server.url();
    for (secret, grant, assertion, status, error, code) in [
        (
            "wrong",
            JWT_BEARER,
            "sim-jwt",
            401,
            "invalid_client",
            "OAU-153",
        ),
        (
            "sim-secret",
            JWT_BEARER,
            "stale",
            400,
            "invalid_grant",
            "OAU-211",
        ),
        (
            "sim-secret",
            "password",
            "",
            400,
            "invalid_request",
            "OAU-250",
        ),
    ] {
        let form = [("grant_type", grant), ("assertion", assertion)];
        let (given, body) = answer(token_request(&url, secret, &form)).await;
        assert_eq!(
            (
                given.as_u16(),
                &body["error"],
                &body["errors"][0]["errorCode"]
            ),
            (status, &json!(error), &json!(code))
        );
    }
}

#[tokio::test]
async fn bad_and_expired_tokens_are_told_apart() {
    let config = RestConfig {
        token_lifetime: Some(Duration::ZERO),
        ..RestConfig::default()
    };
    let server = RestServer::start(config).await.unwrap();
    let expired = token(&server.url()).await;
    for (token, code) in [(expired.as_str(), "OAU-128"), ("made-up", "OAU-129")] {
        let (status, body) = rest(
            &server.url(),
            token,
            Method::GET,
            "/restapi/v1.0/subscription",
            None,
        )
        .await;
        assert_eq!((status, &body["errorCode"]), (401, &json!(code)));
    }
}

#[tokio::test]
async fn limits_are_announced_and_enforced() {
    let limits = Limits {
        light: 2,
        ..Limits::default()
    };
    let server = RestServer::start(RestConfig {
        limits,
        ..RestConfig::default()
    })
    .await
    .unwrap();
    let token = token(&server.url()).await;
    let get = || {
        let url = format!("{}/restapi/v1.0/subscription", server.url());
        http().get(url).bearer_auth(&token).send()
    };
    let mut seen = Vec::new();
    for _ in 0..3 {
        let response = get().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header("X-Rate-Limit-Group").as_deref(), Some("light"));
        let remaining = header("X-Rate-Limit-Remaining").unwrap();
        seen.push((response.status().as_u16(), remaining, header("Retry-After")));
    }
    let wanted = [(200, "1", None), (200, "0", None), (429, "0", Some("60"))];
    let wanted: Vec<_> = wanted
        .map(|(code, left, wait)| (code, left.to_owned(), wait.map(str::to_owned)))
        .into();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn faults_and_unknown_paths_look_like_the_service() {
    let server = RestServer::start(RestConfig::default()).await.unwrap();
    let token = token(&server.url()).await;
    let (status, body) = rest(
        &server.url(),
        &token,
        Method::GET,
        "/restapi/v1.0/nothing",
        None,
    )
    .await;
    assert_eq!((status, &body["errorCode"]), (404, &json!("CMN-120")));
    server.exchange().set_fault(Some(RestFault::Unavailable));
    let (status, body) = rest(
        &server.url(),
        &token,
        Method::GET,
        "/restapi/v1.0/subscription",
        None,
    )
    .await;
    assert_eq!((status, &body["errorCode"]), (503, &json!("CMN-201")));
}

#[tokio::test]
async fn a_subscription_needs_a_good_handshake() {
    let server = RestServer::start(RestConfig::default()).await.unwrap();
    let token = token(&server.url()).await;
    let path = "/restapi/v1.0/subscription";
    let careless = axum::Router::new().route("/hook", axum::routing::post(|| async {}));
    let careless = crate::webhooks::serve(careless).await;
    let (careful, _) = crate::webhooks::receiver().await;
    let request = |address: &str| {
        json!({
            "eventFilters": ["/restapi/v1.0/account/~/extension/~/telephony/sessions?sipData=true"],
            "deliveryMode": { "transportType": "WebHook", "address": address, "verificationToken": "verification" },
            "expiresIn": 3600,
        })
    };
    for (address, code) in [
        (careless.as_str(), "SUB-525"),
        ("http://example.com/hook", "CMN-101"),
    ] {
        let (status, body) = rest(
            &server.url(),
            &token,
            Method::POST,
            path,
            Some(request(address)),
        )
        .await;
        assert_eq!((status, &body["errorCode"]), (400, &json!(code)));
    }
    let (status, made) = rest(
        &server.url(),
        &token,
        Method::POST,
        path,
        Some(request(&careful)),
    )
    .await;
    assert_eq!((status, &made["status"]), (200, &json!("Active")));
    let filter = "/restapi/v1.0/account/400100/extension/701001/telephony/sessions?sipData=true";
    assert_eq!(made["eventFilters"], json!([filter]));
    let (_, list) = rest(&server.url(), &token, Method::GET, path, None).await;
    assert_eq!(list["records"].as_array().unwrap().len(), 1);
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    let renewed = rest(
        &server.url(),
        &token,
        Method::POST,
        &format!("{own}/renew"),
        Some(json!({})),
    )
    .await;
    assert_eq!(renewed.0, 200);
    assert_eq!(
        rest(&server.url(), &token, Method::DELETE, &own, None)
            .await
            .0,
        204
    );
    assert_eq!(
        rest(&server.url(), &token, Method::GET, &own, None).await.0,
        404
    );
}
