//! What is large is queued without a request, and nothing of it is lost.

use super::*;

fn lines(bytes: usize) -> String {
    let mut text = "2026-11-21,a line of text\n".repeat(bytes / 26 + 1);
    text.truncate(bytes);
    text
}

#[tokio::test]
async fn text_above_eight_mebibytes_is_queued_and_up_to_it_streamed() {
    let limit = 8 * 1024 * 1024;
    for (bytes, streams) in [(limit, true), (limit + 1, false)] {
        let text = lines(bytes);
        let pieces: Vec<std::io::Result<Bytes>> =
            text.as_bytes().chunks(100_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        for source in [Source::bytes(text.clone()), Source::stream(futures::stream::iter(pieces))] {
            let bench = Bench::new([Step::streamed(1)]).await;
            let result = bench.ingest(source).await.unwrap();
            assert_eq!(result.is_streamed(), streams, "{bytes}");
            if !streams {
                assert!(bench.ids().is_empty());
                let queued = bench.queued();
                assert!(queued[0].text == text && queued[0].source_id == Some(ID));
            }
        }
    }
}

#[tokio::test]
async fn binary_data_have_a_smaller_limit() {
    let parquet = properties().with_format(DataFormat::Parquet);
    for (bytes, streams) in [(2_796_202, true), (2_796_203, false)] {
        let bench = Bench::new([Step::streamed(1)]).await;
        let result = bench.client.ingest_from_bytes(vec![b'x'; bytes], &parquet).await.unwrap();
        assert_eq!(result.is_streamed(), streams, "{bytes}");
    }
}

#[tokio::test]
async fn an_endless_source_is_handed_on_before_it_fills_the_memory() {
    #[derive(Debug)]
    struct FirstMegabytes;
    #[async_trait]
    impl IngestClient for FirstMegabytes {
        async fn ingest(&self, source: Source, properties: &IngestionProperties) -> Result<IngestionResult, Error> {
            let chunks = OpenedSource::open(source).await?.into_payload(DataFormat::Parquet).take_chunks();
            let sizes: Vec<usize> = chunks.take(40).map_ok(|chunk| chunk.len()).try_collect().await?;
            assert_eq!(sizes.iter().sum::<usize>(), 40 << 20);
            Ok(IngestionResult::queued(ID, &properties.database, &properties.table, Arc::new(Pending(ID))))
        }
    }
    let bench = Bench::new([]).await;
    let client = ManagedStreamingIngestClient::from_clients(bench.client.streaming.clone(), Arc::new(FirstMegabytes));
    let endless = futures::stream::repeat_with(|| Ok(Bytes::from(vec![b'x'; 1 << 20])));
    assert!(!client.ingest(Source::stream(endless), &properties()).await.unwrap().is_streamed());
}

#[tokio::test]
async fn a_policy_moves_the_limit() {
    let bench = Bench::new([Step::streamed(1)]).await;
    let policy = DefaultManagedStreamingPolicy::new().with_size_factor(0.000_001);
    let client = bench.client.clone().with_policy(Arc::new(policy));
    assert!(!client.ingest_from_bytes("123456789\n", &properties()).await.unwrap().is_streamed());
    assert!(client.ingest_from_bytes("1\n", &properties()).await.unwrap().is_streamed());
}

#[tokio::test]
async fn a_blob_streams_by_the_size_that_is_said_or_asked_for() {
    let bench = Bench::new([Step::streamed(1)]).await;
    let blob = || Source::blob("https://nowhere.invalid/c/b.csv?sig=x");
    assert!(bench.ingest(blob().with_raw_size(1000)).await.unwrap().is_streamed());
    assert!(!bench.ingest(blob().with_raw_size(9 << 20)).await.unwrap().is_streamed());
    assert_eq!(bench.ids(), attempts(1));
    assert_eq!(bench.queued()[0].text, "https://nowhere.invalid/c/b.csv?sig=x");

    let store = ScriptedService::start([Step::Answer(200, "x".repeat(100)), Step::Answer(404, String::new())]).await;
    let bench = Bench::new([Step::streamed(1)]).await;
    let url = format!("{}/c/b.csv", store.url);
    assert!(bench.ingest(Source::blob(url.clone())).await.unwrap().is_streamed());
    assert!(!bench.ingest(Source::blob(url.clone())).await.unwrap().is_streamed());
    assert_eq!(store.received()[0].line, "HEAD /c/b.csv");
    let impersonated = format!("{url};impersonate");
    assert!(!bench.ingest(Source::blob(impersonated)).await.unwrap().is_streamed());
    assert_eq!(store.received().len(), 2);
}

#[tokio::test]
async fn a_blob_whose_streaming_fails_is_queued_by_its_url() {
    let bench = Bench::new([policy_off()]).await;
    let result = bench.ingest(Source::blob("https://nowhere.invalid/b.csv").with_raw_size(10)).await.unwrap();
    assert!(!result.is_streamed());
    assert_eq!((bench.queued()[0].source_id, bench.queued()[0].raw_size), (Some(ID), Some(10)));
}
