//! Time limits.

use super::*;

#[tokio::test]
async fn what_never_comes_is_given_up_with_the_place_it_should_have_come_from() {
    let error =
        within(Duration::ZERO, "http://a.example", std::future::pending::<Result<(), Error>>()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && !error.is_permanent());
    assert!(error.to_string().contains("http://a.example"), "{error}");
    assert_eq!(within(Duration::from_secs(60), "x", async { Ok(1) }).await.unwrap(), 1);
}
