package calypso;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.azure.kusto.data.ClientFactory;
import com.microsoft.azure.kusto.data.ClientRequestProperties;
import com.microsoft.azure.kusto.data.KustoOperationResult;
import com.microsoft.azure.kusto.data.KustoResultSetTable;
import com.microsoft.azure.kusto.data.StreamingClient;
import com.microsoft.azure.kusto.data.auth.ConnectionStringBuilder;
import com.microsoft.azure.kusto.data.exceptions.DataServiceException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Queries and management commands. */
class QueryTest {
    private static final UUID IDENTIFIER = UUID.fromString("74be27de-1e4e-49d9-b579-fe0b331d3642");
    private final Cluster cluster = Cluster.http();

    @Test
    void everyTypeHasItsGetter() throws Exception {
        KustoResultSetTable row = cluster.query("print b = true, i = int(-7), l = long(9223372036854775807), r = 1.5,"
                + " d = decimal(2.00000000000001), s = 'Łódź \"x\"', t = datetime(2020-03-04T14:05:01.3109965Z),"
                + " g = guid(" + IDENTIFIER + "), bag = dynamic({\"a\":[1]}), none = int(null)");
        assertTrue(row.next());
        assertTrue(row.getBoolean("b"));
        assertEquals(-7, row.getInt("i"));
        assertEquals(Long.MAX_VALUE, row.getLong("l"));
        assertEquals(1.5, row.getDouble("r"));
        assertEquals("2.00000000000001", row.getBigDecimal("d").toString());
        assertEquals("Łódź \"x\"", row.getString("s"));
        assertEquals(LocalDateTime.parse("2020-03-04T14:05:01.3109965"), row.getKustoDateTime("t"));
        assertEquals(IDENTIFIER, row.getUUID("g"));
        assertEquals(1, row.getJSONObject("bag").get("a").get(0).asInt());
        assertNull(row.getIntegerObject("none"));
        assertFalse(row.next());
    }

    @Test
    void parametersOfEveryTypeArePassed() throws Exception {
        ClientRequestProperties properties = new ClientRequestProperties();
        properties.setParameter("b", true);
        properties.setParameter("i", 5);
        properties.setParameter("l", 6L);
        properties.setParameter("r", 0.25);
        properties.setParameter("s", "it's \"quoted\"");
        properties.setParameter("t", LocalDateTime.parse("2020-01-02T03:04:05.006"));
        properties.setParameter("span", Duration.ofMinutes(-90));
        properties.setParameter("g", IDENTIFIER);
        String text = "declare query_parameters(b:bool, i:int, l:long, r:real, s:string, t:datetime, span:timespan, g:guid);"
                + " print strcat_delim('|', b, i, l, r, s, format_datetime(t, 'yyyy-MM-dd HH:mm:ss.fff'), span, g)";
        KustoResultSetTable row = cluster.client.executeQuery(Cluster.DATABASE, text, properties).getPrimaryResults();
        assertTrue(row.next());
        assertEquals("true|5|6|0.25|it's \"quoted\"|2020-01-02 03:04:05.006|-01:30:00|" + IDENTIFIER, row.getString(0).replaceFirst("True", "true"));
    }

    @Test
    void manyRowsArriveInOrder() throws Exception {
        KustoResultSetTable rows = cluster.query("range n from 1 to 100000 step 1 | order by n asc");
        assertEquals(100_000, rows.count());
        for (long expected = 1; rows.next(); expected++) {
            assertEquals(expected, rows.getLong(0));
        }
    }

    @Test
    void severalStatementsGiveSeveralResults() throws Exception {
        KustoOperationResult result = cluster.client.executeQuery(Cluster.DATABASE, "print a = 1; print b = 2");
        long primary = result.getResultTables().stream().filter(table -> table.getTableName().equals("PrimaryResult")).count();
        assertEquals(2, primary);
    }

    @Test
    void aStreamingQueryHandsOutTheBody() throws Exception {
        StreamingClient client = ClientFactory.createStreamingClient(cluster.connection());
        try (InputStream body = client.executeStreamingQuery(Cluster.DATABASE, "print x = 1")) {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.contains("\"FrameType\":\"DataSetCompletion\""), text);
        }
    }

    @Test
    void anUnknownTableIsAPermanentSemanticError() {
        DataServiceException error = assertThrows(DataServiceException.class, () -> cluster.query("Nonexistent | count"));
        assertTrue(error.isPermanent());
        assertTrue(error.getMessage().contains("Semantic error") && error.getMessage().contains("Nonexistent"), error.getMessage());
    }

    @Test
    void textThatIsNoQueryIsASyntaxError() {
        DataServiceException error = assertThrows(DataServiceException.class, () -> cluster.query("invalidSyntax |"));
        assertTrue(error.isPermanent());
        assertTrue(error.getMessage().contains("Syntax error"), error.getMessage());
    }

    @Test
    void whatFailsAfterRowsWereSentIsAnError() {
        Exception error = assertThrows(Exception.class, () -> cluster.query("range n from 1 to 600000 step 1"));
        assertTrue(error.toString().contains("LimitsExceeded"), error.toString());
    }

    @Test
    void aQueryThatTakesLongerThanItsTimeIsEnded() {
        ClientRequestProperties properties = new ClientRequestProperties();
        properties.setTimeoutInMilliSec(1000L);
        String slow = "range a from 1 to 100000 step 1 | extend k = 1"
                + " | join kind=inner (range b from 1 to 100000 step 1 | extend k = 1) on k | summarize sum(a * b)";
        DataServiceException error = assertThrows(
                DataServiceException.class, () -> cluster.client.executeQuery(Cluster.DATABASE, slow, properties));
        assertFalse(error.isPermanent());
    }

    @Test
    void commandsRunAndFailByName() throws Exception {
        String table = cluster.newTable("a:int");
        KustoResultSetTable shown = cluster.command(".show tables | where TableName == '" + table + "' | project DatabaseName");
        assertTrue(shown.next());
        assertEquals(Cluster.DATABASE, shown.getString(0));
        cluster.command(".drop table " + table + " ifexists");
        DataServiceException error = assertThrows(DataServiceException.class, () -> cluster.command(".drop table " + table));
        assertTrue(error.getMessage().contains(table), error.getMessage());
    }

    @Test
    void httpsIsTrustedAndTokensAreSentOverIt() throws Exception {
        Cluster secure = Cluster.https();
        assertTrue(secure.query("print x = 1").next());
        ConnectionStringBuilder withToken = ConnectionStringBuilder.createWithAadAccessTokenAuthentication(secure.url, "token");
        assertTrue(ClientFactory.createClient(withToken).executeQuery(Cluster.DATABASE, "print x = 1").getPrimaryResults().next());
    }
}
