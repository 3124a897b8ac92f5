"""What may occur in a query: node classes and functions that read, compare and count. No writing, no settings."""

import sqlglot.expressions as exp

ALLOWED: frozenset[type[exp.Expression]] = frozenset(
    {
        exp.Abs, exp.Add, exp.Alias, exp.And, exp.Anonymous, exp.Array, exp.Avg, exp.Between, exp.Boolean, exp.Case,
        exp.Cast, exp.Ceil, exp.Coalesce, exp.Column, exp.Contains, exp.Count, exp.CTE, exp.DataType, exp.DataTypeParam,
        exp.DateDiff, exp.DateTrunc, exp.Distinct, exp.Div, exp.EndsWith, exp.EQ, exp.Filter, exp.Floor, exp.From,
        exp.Greatest, exp.Group, exp.GT, exp.GTE, exp.Having, exp.Identifier, exp.If, exp.In, exp.Interval, exp.Is,
        exp.Join, exp.JSONExtract, exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathKey, exp.JSONPathRoot, exp.Least,
        exp.Limit, exp.Literal, exp.Lower, exp.LT, exp.LTE, exp.Max, exp.Median, exp.Min, exp.Mod, exp.Mul, exp.Neg,
        exp.NEQ, exp.Not, exp.Null, exp.Nullif, exp.Offset, exp.Or, exp.Order, exp.Ordered, exp.Paren, exp.Placeholder,
        exp.Round, exp.RowNumber, exp.Select, exp.Star, exp.StartsWith, exp.Sub, exp.Subquery, exp.Sum,
        exp.Table, exp.TableAlias, exp.TimestampTrunc, exp.TryCast, exp.Tuple, exp.Union, exp.Values, exp.Var,
        exp.Where, exp.Window, exp.WindowSpec, exp.With, exp.ArgMax, exp.ArgMin, exp.Stddev, exp.Quantile,
        exp.PercentileCont, exp.PercentileDisc, exp.WithinGroup, exp.AtTimeZone, exp.TsOrDsToDate, exp.Date, exp.Upper,
        exp.Trim, exp.Bracket,
        exp.Like, exp.Escape, exp.IntDiv, exp.DenseRank, exp.DPipe, exp.Variance, exp.Sqrt, exp.Ln, exp.Length,
    }
)  # fmt: skip

FUNCTIONS: frozenset[str] = frozenset({"timezone"})  # functions that sqlglot has no class for
