# SPDX-License-Identifier: MIT
"""What is measured: the work, our configuration for it, the peers, and the goal."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str         # as the table shows it
    package: str      # what must be installed, a key of `peers.py present`
    spec: dict        # `peer` and its settings, for peers.py
    slow: bool = False  # left out by --quick


@dataclasses.dataclass(frozen=True)
class Task:
    id: str
    title: str
    kind: str         # fit, load, hash, contended or growth
    input: str
    threads: int = 1
    rows: int = 0     # the first so many rows of the input; 0: all
    model: str = ""
    params: dict = dataclasses.field(default_factory=dict)
    peers: tuple = ()
    goal: float = 0   # our seconds over the fastest peer's; 0: none
    load_goals: tuple = (0, 0)
    predict: bool = False
    predict_goal: float = 0     # our rows a second over the fastest peer's
    score: str = "accuracy"
    score_goal: float = 0
    seeds: int = 0    # scores are means over so many seeds
    to_objective: bool = False  # the loosest tol whose objective is no worse than the peer's
    stand_in: float = 0         # LightGBM's seconds over XGBoost's, used where LightGBM is absent
    slow: bool = False
    points: tuple = ()          # of a growth task: (what grows, rows, columns, trees)

    @property
    def is_linear(self):
        return self.model in ("logistic_regression", "linear_svc")


LIBLINEAR = Peer("liblinear", "scikit-learn", {"peer": "sk_logistic", "solver": "liblinear"}, slow=True)
GLMNET = Peer("glmnet", "glmnet", {"peer": "glmnet"})
RANGER = Peer("ranger", "ranger", {"peer": "ranger"}, slow=True)
XGBOOST = Peer("XGBoost", "XGBoost", {"peer": "xgboost"})
LIGHTGBM = Peer("LightGBM", "LightGBM", {"peer": "lightgbm"})
HIST = Peer("HistGradientBoosting", "scikit-learn", {"peer": "sk_boosting"})
LIGHTGBM_FOREST = Peer("LightGBM forest", "LightGBM", {"peer": "lightgbm", "more": {
    "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.632, "num_leaves": 4096, "max_depth": 16,
    "min_data_in_leaf": 5, "feature_fraction_bynode": 0.19}})


def lbfgs(slow=False):
    return Peer("lbfgs", "scikit-learn", {"peer": "sk_logistic", "solver": "lbfgs"}, slow)


def newton(slow=False):
    return Peer("newton-cholesky", "scikit-learn", {"peer": "sk_logistic", "solver": "newton-cholesky"}, slow)


def sk_forest(slow=True):
    return Peer("scikit-learn forest", "scikit-learn", {"peer": "sk_forest"}, slow)


def svc(dual):
    return Peer(f"LinearSVC {'dual' if dual else 'primal'}", "scikit-learn", {"peer": "sk_svc", "dual": dual}, slow=dual)


def logistic(name, threads, peers, goal, **more):
    suffix = "-to-objective" if more.get("to_objective") else ""
    title = f"logistic_regression {name}, " + ("to lbfgs's objective" if suffix else "to tol 1e-8")
    return Task(f"logistic_regression-{name}{suffix}-t{threads}", title, "fit", name, threads,
                model="logistic_regression", peers=peers, goal=goal, **more)


def linear_tasks():
    for threads, goal in ((1, 0.36), (2, 0.22)):
        peers = (lbfgs(), newton()) + ((LIBLINEAR, GLMNET) if threads == 1 else ())
        yield logistic("A", threads, peers, goal)
    for threads in (1, 2):
        yield logistic("B", threads, (lbfgs(),), 0.65)
    for threads in (1, 2):
        yield logistic("D", threads, (lbfgs(),), 0.6, to_objective=True)
        yield logistic("D", threads, (lbfgs(), newton(slow=True)) + ((LIBLINEAR,) if threads == 1 else ()), 0.75)
    for name, goal in (("A", 0.08), ("B", 0.08), ("C", 0.2), ("D", 0)):
        # On D the primal solver does not end within minutes.
        peers = {"C": (svc(False), svc(True)), "D": (svc(True),)}.get(name, (svc(False),))
        yield Task(f"linear_svc-{name}-t1", f"linear_svc {name}", "fit", name, 1, model="linear_svc", peers=peers, goal=goal)


def forest_tasks():
    for threads in (1, 2):
        yield Task(f"random_forest-A100k-t{threads}", "random_forest, 100 trees, first 100,000 rows of A", "fit", "A",
                   threads, rows=100_000, model="random_forest", params={"n_estimators": 100},
                   peers=(sk_forest(), RANGER, LIGHTGBM_FOREST), goal=0.05, predict=True,
                   predict_goal=8 if threads == 1 else 0, score_goal=0.644, seeds=4)
    yield Task("random_forest-A-t2", "random_forest, 10 trees, all of A", "fit", "A", 2, model="random_forest",
               params={"n_estimators": 10}, peers=(sk_forest(), RANGER), goal=0.05, slow=True)


def boosting_tasks():
    for name, threads, goal, stand_in, n_seeds in (("A", 1, 0.5, 0.94, 8), ("A", 2, 0.55, 0.92, 0), ("B", 2, 0.6, 0.69, 0)):
        yield Task(f"gradient_boosting-{name}-t{threads}", f"gradient_boosting {name}, 100 trees, 31 leaves", "fit", name,
                   threads, model="gradient_boosting", params={"n_estimators": 100},
                   peers=(XGBOOST, HIST, LIGHTGBM) if name == "A" else (XGBOOST, LIGHTGBM), goal=goal,
                   predict=threads == 1, predict_goal=5 if threads == 1 else 0, score="auc",
                   score_goal=0.7495 if n_seeds else 0, seeds=n_seeds, stand_in=stand_in)
    yield Task("gradient_boosting-A-contended", "gradient_boosting A beside a busy process", "contended", "A", 2,
               model="gradient_boosting", params={"n_estimators": 100}, peers=(XGBOOST,), slow=True)


def growth_tasks():
    def growth(what, name, points, slow=False):
        return Task(f"growth-{what}", f"gradient_boosting on {name}, growth with {what}", "growth", name, 1,
                    model="gradient_boosting", points=points, slow=slow)
    yield growth("rows", "G", tuple(("rows", rows, 0, 20) for rows in (100_000, 250_000, 1_000_000, 4_000_000)), slow=True)
    yield growth("trees", "A", tuple(("trees", 250_000, 0, trees) for trees in (25, 50, 100, 200, 400)))
    yield growth("features", "B", tuple(("features", 100_000, columns, 20) for columns in (12, 25, 50, 100)))


def load_tasks():
    """Goals are fread's seconds over ours, with the fingerprint and without it."""
    fast = Peer("pandas", "pandas", {"peer": "pandas", "precision": None})
    exact = Peer("pandas, round_trip", "pandas", {"peer": "pandas", "precision": "round_trip"})
    fread = Peer("fread", "data.table", {"peer": "fread"})
    for name, title, one, two in (("A", "A.csv", (1.6, 2.2), (0, 2.2)), ("A17", "A17.csv, 17 digits", (0.95, 1.35), (0, 0)),
                                  ("adult", "adult 40 times, text", (1.6, 0), (0, 0)),
                                  ("D", "D.csv, 2,001 columns", (2, 0), (0, 0))):
        for threads, goals in ((1, one), (2, two)):
            yield Task(f"load-{name}-t{threads}", title, "load", name, threads, load_goals=goals,
                       peers=((fast, exact) if name == "A" and threads == 1 else ()) + (fread,))
    yield Task("sha256-A-t1", "SHA-256 of A.csv", "hash", "A", peers=(
        Peer("sha256sum", "", {"command": ("sha256sum",)}), Peer("openssl", "", {"command": ("openssl", "dgst", "-sha256")})))


def all_tasks():
    return [*linear_tasks(), *forest_tasks(), *boosting_tasks(), *growth_tasks(), *load_tasks()]


SMOKE = ("logistic_regression-D-to-objective-t1", "linear_svc-C-t1", "random_forest-A100k-t1", "gradient_boosting-A-t1",
         "growth-features", "load-A-t1")
