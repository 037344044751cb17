package calypso;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.microsoft.azure.kusto.data.Client;
import com.microsoft.azure.kusto.data.ClientFactory;
import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.data.auth.ConnectionStringBuilder;
import com.microsoft.azure.kusto.ingest.IngestionProperties;
import com.microsoft.azure.kusto.ingest.IngestionProperties.DataFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** One of the environment's servers, with tables, the sample data and patience. */
final class Cluster {
    static final String DATABASE = named("CALYPSO_DATABASE");
    static final List<String> COLUMNS = List.of("id", "city", "celsius", "at", "notes");
    static final String READINGS_SCHEMA = "id:long, city:string, celsius:real, at:datetime, notes:dynamic";
    private static final Duration QUEUED_TIME_MAX = Duration.ofSeconds(60);
    private static final Duration POLL_PERIOD = Duration.ofMillis(200);
    private static final AtomicInteger TABLES = new AtomicInteger();

    final String url;
    final Client client;

    private Cluster(String variable) {
        url = named(variable);
        try {
            client = ClientFactory.createClient(connection());
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    static Cluster http() {
        return new Cluster("CALYPSO_URL");
    }

    static Cluster https() {
        return new Cluster("CALYPSO_HTTPS_URL");
    }

    static Cluster throttled() {
        return new Cluster("CALYPSO_THROTTLED_URL");
    }

    /** A variable that `harness.with_server` sets. */
    static String named(String variable) {
        String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalStateException(variable + " is not set: run tests/sdk-java/run");
        }
        return value;
    }

    /** A connection without credentials; SDK clients change what they are given, so each gets its own. */
    ConnectionStringBuilder connection() {
        return new ConnectionStringBuilder(url);
    }

    KustoResultSetTable command(String text) throws Exception {
        return client.executeMgmt(DATABASE, text).getPrimaryResults();
    }

    KustoResultSetTable query(String text) throws Exception {
        return client.executeQuery(DATABASE, text).getPrimaryResults();
    }

    long count(String table) throws Exception {
        KustoResultSetTable rows = query(table + " | count");
        rows.next();
        return rows.getLong(0);
    }

    /** Creates a table that no other test uses and returns its name. */
    String newTable(String schema) throws Exception {
        String name = "Java_" + ProcessHandle.current().pid() + "_" + TABLES.incrementAndGet();
        command(".create table " + name + " (" + schema + ")");
        return name;
    }

    String newTable() throws Exception {
        return newTable(READINGS_SCHEMA);
    }

    /** Creates a JSON mapping by path on the table. */
    void createMapping(String table, String name) throws Exception {
        String elements = COLUMNS.stream()
                .map(column -> String.format("{\"column\":\"%s\",\"Properties\":{\"Path\":\"$.%s\"}}", column, column))
                .collect(Collectors.joining(","));
        command(String.format(".create table %s ingestion json mapping '%s' '[%s]'", table, name, elements));
    }

    /** Checks that the table holds the sample, each row once. */
    void assertReadings(String table) throws Exception {
        List<String> lines = new ArrayList<>();
        for (KustoResultSetTable rows = query(table + Files.readString(sample("readings.kql"))); rows.next();) {
            lines.add(rows.getString(0));
        }
        assertEquals(Files.readAllLines(sample("readings.lines")), lines);
    }

    /** Waits until the table has that many rows. */
    void awaitCount(String table, long expected) throws Exception {
        await(table + " has " + expected + " rows", () -> count(table) == expected ? true : null);
    }

    /** Repeats the question until it has an answer, or fails and names what did not happen. */
    static <T> T await(String what, Callable<T> question) throws Exception {
        for (Instant deadline = Instant.now().plus(QUEUED_TIME_MAX);; Thread.sleep(POLL_PERIOD.toMillis())) {
            T answer = question.call();
            if (answer != null) {
                return answer;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within " + QUEUED_TIME_MAX + ": " + what);
            }
        }
    }

    /** Puts a blob into the cluster's own storage and returns its URL with a signature, as a user's own blob. */
    String upload(String name, byte[] content) throws Exception {
        KustoResultSetTable resources = client.executeMgmt("NetDefaultDB", ".get ingestion resources").getPrimaryResults();
        while (resources.next()) {
            if (resources.getString("ResourceTypeName").equals("TempStorage")) {
                String root = resources.getString("StorageRoot");
                String blob = ProcessHandle.current().pid() + "-" + TABLES.incrementAndGet() + "-" + name;
                new BlobContainerClientBuilder().endpoint(root).buildClient().getBlobClient(blob).upload(BinaryData.fromBytes(content));
                return root.replaceFirst("\\?", "/" + blob + "?");
            }
        }
        throw new AssertionError("no TempStorage among the resources");
    }

    static IngestionProperties properties(String table, DataFormat format) {
        IngestionProperties properties = new IngestionProperties(DATABASE, table);
        properties.setDataFormat(format);
        return properties;
    }

    static Path sample(String name) {
        return Path.of(named("CALYPSO_TEST_DATA"), name);
    }

    static byte[] bytes(String sample) throws IOException {
        return Files.readAllBytes(sample(sample));
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (GZIPOutputStream writer = new GZIPOutputStream(buffer)) {
            writer.write(content);
        }
        return buffer.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
