// Package suite runs the official Go SDK against the real server.
//
// This file: the servers of the environment, tables, the sample data, patience.
package suite

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-kusto-go/azkustodata"
	"github.com/Azure/azure-kusto-go/azkustodata/kql"
	"github.com/Azure/azure-kusto-go/azkustodata/query"
	"github.com/Azure/azure-kusto-go/azkustoingest"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
)

const (
	queuedTimeMax = 60 * time.Second
	pollPeriod    = 200 * time.Millisecond
	readingSchema = "id:long, city:string, celsius:real, at:datetime, notes:dynamic"
)

var (
	columns    = []string{"id", "city", "celsius", "at", "notes"}
	tableCount atomic.Int64
)

// named returns a variable that harness.with_server sets.
func named(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run tests/sdk-go/run", name)
	}
	return value
}

// cluster is a client of queries and commands, with what tests need most.
type cluster struct {
	t        *testing.T
	client   *azkustodata.Client
	url      string
	database string
}

// connect opens the cluster whose URL is in the variable; the test closes it.
func connect(t *testing.T, variable string) *cluster {
	t.Helper()
	url := named(t, variable)
	client, err := azkustodata.New(azkustodata.NewConnectionStringBuilder(url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &cluster{t: t, client: client, url: url, database: named(t, "CALYPSO_DATABASE")}
}

func (c *cluster) connection() *azkustodata.ConnectionStringBuilder {
	return azkustodata.NewConnectionStringBuilder(c.url)
}

// statement makes a statement of text that is not a constant.
func statement(text string) *kql.Builder {
	return kql.New("").AddUnsafe(text)
}

// command runs a management command and returns its rows.
func (c *cluster) command(database, text string) []query.Row {
	c.t.Helper()
	result, err := c.client.Mgmt(context.Background(), database, statement(text))
	if err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	return result.Tables()[0].Rows()
}

// rows runs a query and returns the rows of its first result.
func (c *cluster) rows(text string, options ...azkustodata.QueryOption) []query.Row {
	c.t.Helper()
	result, err := c.client.Query(context.Background(), c.database, statement(text), options...)
	if err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	return result.Tables()[0].Rows()
}

func (c *cluster) count(table string) int64 {
	c.t.Helper()
	count, err := c.rows(table + " | count")[0].LongByIndex(0)
	if err != nil {
		c.t.Fatal(err)
	}
	return *count
}

// newTable creates a table that no other test uses.
func (c *cluster) newTable(schema string) string {
	c.t.Helper()
	name := fmt.Sprintf("Go_%d_%d", os.Getpid(), tableCount.Add(1))
	c.command(c.database, fmt.Sprintf(".create table %s (%s)", name, schema))
	return name
}

// checkReadings fails unless the table holds the sample, each row once.
func (c *cluster) checkReadings(table string) {
	c.t.Helper()
	lines := []string{}
	for _, row := range c.rows(table + string(data(c.t, "readings.kql"))) {
		line, err := row.StringByIndex(0)
		if err != nil {
			c.t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if expected := strings.Split(strings.TrimSpace(string(data(c.t, "readings.lines"))), "\n"); !slices.Equal(lines, expected) {
		c.t.Fatalf("%s holds\n%s", table, strings.Join(lines, "\n"))
	}
}

// untilCount waits until the table has that many rows.
func (c *cluster) untilCount(table string, expected int64) {
	c.t.Helper()
	for deadline := time.Now().Add(queuedTimeMax); c.count(table) != expected; time.Sleep(pollPeriod) {
		if time.Now().After(deadline) {
			c.t.Fatalf("not within %v: %s has %d rows, not %d", queuedTimeMax, table, c.count(table), expected)
		}
	}
}

// upload puts a blob into the cluster's own storage and returns its URL with a signature, as a user's own blob.
func (c *cluster) upload(name string, content []byte) string {
	c.t.Helper()
	for _, row := range c.command("NetDefaultDB", ".get ingestion resources") {
		kind, _ := row.StringByName("ResourceTypeName")
		root, _ := row.StringByName("StorageRoot")
		if kind != "TempStorage" {
			continue
		}
		path, signature, _ := strings.Cut(root, "?")
		url := fmt.Sprintf("%s/%d-%d-%s?%s", path, os.Getpid(), tableCount.Add(1), name, signature)
		blob, err := blockblob.NewClientWithNoCredential(url, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := blob.UploadBuffer(context.Background(), content, nil); err != nil {
			c.t.Fatal(err)
		}
		return url
	}
	c.t.Fatal("no TempStorage among the resources")
	return ""
}

// mapping creates a JSON mapping by path on the table.
func (c *cluster) mapping(table, name string) {
	c.t.Helper()
	parts := []string{}
	for _, column := range columns {
		parts = append(parts, fmt.Sprintf(`{"column":"%s","Properties":{"Path":"$.%s"}}`, column, column))
	}
	c.command(c.database, fmt.Sprintf(".create table %s ingestion json mapping '%s' '[%s]'", table, name, strings.Join(parts, ",")))
}

// onTable are the options of a client for one table.
func (c *cluster) onTable(table string) []azkustoingest.Option {
	return []azkustoingest.Option{
		azkustoingest.WithDefaultDatabase(c.database),
		azkustoingest.WithDefaultTable(table),
		// Else the SDK asks https://ingest-localhost:<port>; TestEndpointCorrection does without this.
		azkustoingest.WithoutEndpointCorrection(),
	}
}

// sample returns the path of a file in tests/data.
func sample(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(named(t, "CALYPSO_TEST_DATA"), name)
}

func data(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(sample(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// toLoopback is an HTTP client for which every name is this machine, as an entry in /etc/hosts would make it.
func toLoopback(t *testing.T) *http.Client {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
