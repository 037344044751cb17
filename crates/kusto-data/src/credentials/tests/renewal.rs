//! When tokens are asked for anew.

use std::sync::atomic::{AtomicUsize, Ordering};

use calypso_types::TimeSpan;

use super::*;
use crate::{AccessToken, ErrorKind, credentials::TokenSource};

/// A source of tokens that last an hour, its clock, and how often it was asked.
fn source(fails_from: usize) -> (Arc<TokenSource>, Arc<ManualClock>, Arc<AtomicUsize>) {
    let (clock, asked) = (clock(), Arc::new(AtomicUsize::new(0)));
    let (now, count) = (Arc::clone(&clock), Arc::clone(&asked));
    let connection = connection().with_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let expiry = DateTime(calypso_clock::Clock::now(now.as_ref()).0 + TimeSpan::HOUR.0);
        async move {
            tokio::task::yield_now().await;
            if number >= fails_from {
                return Err(Error::new(ErrorKind::Unreachable, "nobody there"));
            }
            Ok(AccessToken::new(format!("token{number}")).with_expiry(expiry))
        }
    });
    let tools = Tools { clock: Arc::clone(&clock) as _, ..tools(&FakeAuthority::answering(&[])) };
    (Arc::new(TokenSource::new(&connection, tools).unwrap().unwrap()), clock, asked)
}

async fn token(source: &TokenSource) -> Result<String, Error> {
    source.token(async { panic!("the cloud matters to no provider") }).await
}

#[tokio::test]
async fn tokens_are_kept_until_shortly_before_their_end() {
    let (source, clock, asked) = source(usize::MAX);
    assert_eq!(token(&source).await.unwrap(), "token0");
    clock.advance(TimeSpan(54 * TimeSpan::MINUTE.0));
    assert_eq!(token(&source).await.unwrap(), "token0");
    clock.advance(TimeSpan(2 * TimeSpan::MINUTE.0));
    assert_eq!(token(&source).await.unwrap(), "token1");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn many_requests_renew_once() {
    let (source, _clock, asked) = source(usize::MAX);
    let all = (0..50).map(|_| token(&source));
    for token in futures::future::join_all(all).await {
        assert_eq!(token.unwrap(), "token0");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_old_token_serves_while_none_can_be_had() {
    let (source, clock, asked) = source(1);
    token(&source).await.unwrap();
    clock.advance(TimeSpan(57 * TimeSpan::MINUTE.0));
    assert_eq!(token(&source).await.unwrap(), "token0");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    clock.advance(TimeSpan(3 * TimeSpan::MINUTE.0));
    assert_eq!(token(&source).await.unwrap_err().kind(), ErrorKind::Unreachable);
}

#[tokio::test]
async fn tokens_of_unknown_life_are_asked_for_each_time() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let connection = connection().with_token_provider(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(AccessToken::new("token")) }
    });
    let source = TokenSource::new(&connection, tools(&FakeAuthority::answering(&[]))).unwrap().unwrap();
    for _ in 0..3 {
        token(&source).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn texts_that_no_header_carries_are_no_tokens() {
    for text in ["", "two words", "line\nbreak", "ünicode"] {
        let made = TokenSource::new(&connection().with_user_token(text), tools(&FakeAuthority::answering(&[])));
        assert_eq!(made.err().map(|error| error.kind()), Some(ErrorKind::InvalidArgument), "{text:?}");
    }
    let anonymous = TokenSource::new(&connection(), tools(&FakeAuthority::answering(&[])));
    assert!(anonymous.unwrap().is_none());
}
