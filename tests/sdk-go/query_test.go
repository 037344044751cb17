package suite

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-kusto-go/azkustodata"
	"github.com/Azure/azure-kusto-go/azkustodata/kql"
	"github.com/Azure/azure-kusto-go/azkustodata/query"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

const identifier = "74be27de-1e4e-49d9-b579-fe0b331d3642"

// allTypes is a struct that the SDK fills from a row.
type allTypes struct {
	B    bool            `kusto:"b"`
	I    int32           `kusto:"i"`
	L    int64           `kusto:"l"`
	R    float64         `kusto:"r"`
	D    decimal.Decimal `kusto:"d"`
	S    string          `kusto:"s"`
	T    time.Time       `kusto:"t"`
	Span time.Duration   `kusto:"span"`
	G    uuid.UUID       `kusto:"g"`
	Bag  map[string]any  `kusto:"bag"`
	None *int32          `kusto:"none"`
}

func TestQueryEveryTypeFillsAStruct(t *testing.T) {
	t.Parallel()
	rows := connect(t, "CALYPSO_HTTPS_URL").rows(`print b = true, i = int(-7), l = long(9223372036854775807), r = 1.5,
		d = decimal(2.00000000000001), s = 'Łódź "x"', t = datetime(2020-03-04T14:05:01.3109965Z), span = time(-1.02:03:04.5),
		g = guid(` + identifier + `), bag = dynamic({"moshe":"value"}), none = int(null)`)
	found, err := query.ToStructs[allTypes](rows)
	if err != nil {
		t.Fatal(err)
	}
	got := found[0]
	if !got.B || got.I != -7 || got.L != 9223372036854775807 || got.R != 1.5 || got.S != `Łódź "x"` || got.None != nil {
		t.Errorf("%+v", got)
	}
	if got.D.String() != "2.00000000000001" || got.G.String() != identifier || got.Bag["moshe"] != "value" {
		t.Errorf("%+v", got)
	}
	if !got.T.Equal(time.Date(2020, 3, 4, 14, 5, 1, 310996500, time.UTC)) {
		t.Error(got.T)
	}
	if got.Span != -(26*time.Hour + 3*time.Minute + 4500*time.Millisecond) {
		t.Error(got.Span)
	}
}

func TestQueryParametersOfEveryType(t *testing.T) {
	t.Parallel()
	parameters := kql.NewParameters().AddBool("b", true).AddInt("i", 5).AddLong("l", 6).AddReal("r", 0.25).
		AddDecimal("d", decimal.RequireFromString("2.5")).AddString("s", `it's "quoted" \ and	tabbed`).
		AddDateTime("t", time.Date(2020, 1, 2, 3, 4, 5, 6_000_000, time.UTC)).AddTimespan("span", 90*time.Minute).
		AddGUID("g", uuid.MustParse(identifier)).AddDynamic("bag", map[string]any{"k": []int{1, 2}})
	row := connect(t, "CALYPSO_HTTPS_URL").rows(
		"print strcat_delim('|', b, i, l, r, d, s, format_datetime(t, 'yyyy-MM-dd HH:mm:ss.fff'), span, g, bag.k[1])",
		azkustodata.QueryParameters(parameters))[0]
	text, err := row.StringByIndex(0)
	if err != nil {
		t.Fatal(err)
	}
	expected := `true|5|6|0.25|2.5|it's "quoted" \ and	tabbed|2020-01-02 03:04:05.006|01:30:00|` + identifier + "|2"
	if !strings.EqualFold(text, expected) {
		t.Errorf("got  %s\nwant %s", text, expected)
	}
}

func TestQueryValuesAreQuotedInTheText(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	text := "line\none, a \\ and a 'quote'"
	result, err := c.client.Query(context.Background(), c.database,
		kql.New("print x = ").AddString(text).AddLiteral(", y = ").AddTimespan(time.Second).AddLiteral(", z = ").AddDynamic([]int{1}))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := result.Tables()[0].Rows()[0].StringByName("x"); got != text {
		t.Errorf("%q", got)
	}
}

func TestQueryManyRowsIteratively(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	result, err := c.client.IterativeQuery(context.Background(), c.database, kql.New("range n from 1 to 300000 step 1 | order by n asc"))
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	next := int64(1)
	for table := range result.Tables() {
		if table.Err() != nil {
			t.Fatal(table.Err())
		}
		if !table.Table().IsPrimaryResult() {
			continue
		}
		for row := range table.Table().Rows() {
			if row.Err() != nil {
				t.Fatal(row.Err())
			}
			n, err := row.Row().LongByIndex(0)
			if err != nil || *n != next {
				t.Fatalf("row %d: %v %v", next, n, err)
			}
			next++
		}
	}
	if next != 300_001 {
		t.Errorf("%d rows", next-1)
	}
}

func TestQuerySeveralStatements(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	result, err := c.client.Query(context.Background(), c.database, kql.New("print a = 1; print b = 'x'"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, table := range result.Tables() {
		if table.IsPrimaryResult() {
			names = append(names, table.Columns()[0].Name())
		}
	}
	if len(names) != 2 || names[0] != "a" || names[1] != "b" {
		t.Error(names)
	}
}

func TestQueryToJson(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	text, err := c.client.QueryToJson(context.Background(), c.database, kql.New("print x = 1"))
	if err != nil {
		t.Fatal(err)
	}
	frames := []map[string]any{}
	if err := json.Unmarshal([]byte(text), &frames); err != nil || frames[0]["FrameType"] != "DataSetHeader" {
		t.Error(err, text)
	}
}

func TestQueryErrors(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	for name, test := range map[string]struct{ database, text, expected string }{
		"semantic":         {c.database, "Nonexistent | count", "Nonexistent"},
		"syntax":           {c.database, "invalidSyntax |", "Syntax error"},
		"unknown database": {"NoSuchDatabase", "print 1", "NoSuchDatabase"},
	} {
		_, err := c.client.Query(context.Background(), test.database, statement(test.text))
		if err == nil || !strings.Contains(err.Error(), test.expected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQueryErrorAfterRowsWereSent(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	_, err := c.client.Query(context.Background(), c.database, kql.New("range n from 1 to 600000 step 1"))
	if err == nil || !strings.Contains(err.Error(), "exceed") {
		t.Error(err)
	}
}

func TestQueryOverHttp(t *testing.T) {
	t.Parallel()
	if rows := connect(t, "CALYPSO_URL").rows("print x = 1"); len(rows) != 1 {
		t.Error(rows)
	}
}

func TestManagementCommands(t *testing.T) {
	t.Parallel()
	c := connect(t, "CALYPSO_HTTPS_URL")
	table := c.newTable("a:int, b:string")
	shown := c.command(c.database, ".show tables | where TableName == '"+table+"' | project TableName, DatabaseName")
	if name, _ := shown[0].StringByName("DatabaseName"); len(shown) != 1 || name != c.database {
		t.Error(shown)
	}
	c.command(c.database, ".drop table "+table+" ifexists")
	if left := c.command(c.database, ".show tables | where TableName == '"+table+"'"); len(left) != 0 {
		t.Error(left)
	}
	if _, err := c.client.Mgmt(context.Background(), c.database, kql.New(".drop table NoSuchTable")); err == nil ||
		!strings.Contains(err.Error(), "NoSuchTable") {
		t.Error(err)
	}
}
