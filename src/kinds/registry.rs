//! The macro that turns the list of kinds into closed, exhaustive, serialisable enums and their dispatch.

/// Makes `Desired`, `Live` and `Op` enums and the functions that dispatch on them.
macro_rules! registry {
    ($($module:ident => $kind:ident),* $(,)?) => {
        $(pub mod $module;)*
        $(pub use $module::$kind;)*

        /// A desired object of any kind.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Desired { $(#[doc = stringify!($module)] $kind(Box<<$kind as Kind>::Desired>)),* }

        /// A live object of any kind.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Live { $(#[doc = stringify!($module)] $kind(Box<<$kind as Kind>::Live>)),* }

        /// A call of any kind.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Op { $(#[doc = stringify!($module)] $kind(Box<<$kind as Kind>::Op>)),* }

        /// The names of all kinds, in the order systems need them.
        pub const NAMES: &[&str] = &[$($kind::NAME),*];

        /// A kind's place in the enums: how typed code gets at its own objects.
        pub trait Member: Kind {
            /// The typed desired object, where `any` is of this kind.
            fn desired(any: &Desired) -> Option<&Self::Desired>;
            /// The typed live object, where `any` is of this kind.
            fn live(any: &Live) -> Option<&Self::Live>;
            /// The typed live object made general.
            fn wrap(live: Self::Live) -> Live;
            /// The typed desired object made general.
            fn want(desired: Self::Desired) -> Desired;
        }

        $(impl Member for $kind {
            fn desired(any: &Desired) -> Option<&Self::Desired> {
                match any { Desired::$kind(desired) => Some(desired), _ => None }
            }
            fn live(any: &Live) -> Option<&Self::Live> {
                match any { Live::$kind(live) => Some(live), _ => None }
            }
            fn wrap(live: Self::Live) -> Live {
                Live::$kind(Box::new(live))
            }
            fn want(desired: Self::Desired) -> Desired {
                Desired::$kind(Box::new(desired))
            }
        })*

        impl Op {
            /// The AWS operation it is.
            pub fn call(&self) -> Call {
                match self { $(Op::$kind(op) => op.call()),* }
            }

            /// What a second sending would do.
            pub fn repeat(&self) -> Repeat {
                match self { $(Op::$kind(op) => op.repeat()),* }
            }

            /// Whether the call is safe without the lock.
            pub fn guarded(&self) -> bool {
                match self { $(Op::$kind(op) => op.guarded()),* }
            }

            /// What it does, for people.
            pub fn describe(&self) -> String {
                match self { $(Op::$kind(op) => op.describe()),* }
            }

            /// What of it lets go of what only one object of the kind may hold, and the rest.
            pub fn release(&self) -> Option<(Self, Option<Self>)> {
                match self {
                    $(Op::$kind(op) => op.release().map(|(first, rest)| (Op::$kind(Box::new(first)), rest.map(|rest| Op::$kind(Box::new(rest)))))),*
                }
            }

            /// How many requests it takes.
            pub fn requests(&self) -> usize {
                match self { $(Op::$kind(op) => op.requests()),* }
            }

            /// The files that the call uploads.
            pub fn uploads(&self) -> Vec<Upload> {
                match self { $(Op::$kind(op) => op.uploads()),* }
            }
        }

        impl Live {
            /// An attribute that others may refer to.
            pub fn attribute(&self, name: &str, identity: &Identity) -> Option<String> {
                match self { $(Live::$kind(live) => $kind::attribute(live, name, identity)),* }
            }

            /// What a person has still to do about it.
            pub fn note(&self, identity: &Identity) -> Option<String> {
                match self { $(Live::$kind(live) => $kind::note(live, identity)),* }
            }

            /// What is still known of it once `op` is planned.
            pub fn known_after(self, op: &Op) -> Option<Live> {
                match (op, self) {
                    $((Op::$kind(op), Live::$kind(live)) => {
                        $kind::known_after(op, *live).map(|live| Live::$kind(Box::new(live)))
                    })*
                    (_, live) => Some(live),
                }
            }

            /// Whether it goes when `gone` goes.
            pub fn dies_with(&self, gone: &Live) -> bool {
                match self { $(Live::$kind(live) => $kind::dies_with(live, gone)),* }
            }

            /// Whether it carries the mark of `at`.
            pub fn ownership(&self, at: &Address) -> Ownership {
                match self { $(Live::$kind(live) => $kind::ownership(at, live)),* }
            }
        }

        impl Desired {
            /// An attribute that is known before the object exists.
            pub fn computed(&self, at: &Address, name: &str, identity: &Identity) -> Option<String> {
                match self { $(Desired::$kind(desired) => $kind::computed(at, desired, name, identity)),* }
            }
        }

        /// The kinds that hold data or send mail.
        pub fn data_kinds() -> impl Iterator<Item = &'static str> {
            [$(($kind::NAME, $kind::DATA)),*].into_iter().filter(|(_, data)| *data).map(|(name, _)| name)
        }

        /// The kinds of which `arn` may be one, and its id in each.
        pub fn of_arn(arn: &str) -> Vec<(&'static str, &str)> {
            let all = [$(($kind::NAME, $kind::id_of_arn(arn))),*];
            all.into_iter().filter_map(|(name, id)| Some((name, id?))).collect()
        }

        /// Whether AWS takes a name of the kind called `name` twice.
        pub fn is_nameless(name: &str) -> bool {
            match name { $($kind::NAME => $kind::NAMELESS,)* _ => false }
        }

        /// Whether the ledger remembers objects of the kind called `name`.
        pub fn is_remembered(name: &str) -> bool {
            match name { $($kind::NAME => $kind::REMEMBERED,)* _ => false }
        }

        /// The deletion rank of the kind called `name`: higher goes first.
        pub fn rank(name: &str) -> u8 {
            match name { $($kind::NAME => $kind::RANK,)* _ => 0 }
        }

        /// Compares any two objects of one address.
        pub fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, context: &Context) -> Change<Op> {
            match at.kind.as_str() {
                $($kind::NAME => $kind::diff(
                    at,
                    desired.and_then(<$kind as Member>::desired),
                    live.and_then(<$kind as Member>::live),
                    context,
                ).map(|op| Op::$kind(Box::new(op))),)*
                _ => Change::None,
            }
        }

        /// Why no plan may be made that leads from `live` to `desired`.
        pub fn objection(at: &Address, desired: Option<&Desired>, live: &Live, context: &Context) -> Option<Objection> {
            match live {
                $(Live::$kind(live) => {
                    $kind::objection(at, desired.and_then(<$kind as Member>::desired), live, context)
                })*
            }
        }

        /// What any op makes of its object.
        pub fn simulate(at: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
            match op {
                $(Op::$kind(op) => {
                    let live = match live { Some(Live::$kind(live)) => Some(*live), _ => None };
                    Ok($kind::simulate(at, op, live, world)?.map(|live| Live::$kind(Box::new(live))))
                })*
            }
        }

        /// Sends any op.
        pub async fn send(aws: &Aws, at: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
            match op {
                $(Op::$kind(op) => Ok(match $kind::send(aws, at, op, live.and_then(<$kind as Member>::live)).await? {
                    Sent::Fold(ids) => Sent::Fold(ids),
                    Sent::Observed(live) => Sent::Observed(live.map(<$kind as Member>::wrap)),
                }),)*
            }
        }

        /// Reads every object that belongs to, or is wanted by, the scope of `ask`. All kinds of a wave are read at once.
        pub async fn observe(aws: &Aws, ask: &snapshot::AskAll<'_>) -> Result<Snapshot, CloudError> {
            let mut snapshot = Snapshot::default();
            for wave in 0..=registry::WAVES {
                let mut reads: Vec<futures::future::BoxFuture<'_, Result<Vec<Found<Live>>, CloudError>>> = Vec::new();
                $(if $kind::WAVE == wave && ask.includes($kind::NAME) {
                    let ask = ask.of::<$kind>(&snapshot);
                    reads.push(Box::pin(async move {
                        let found = $kind::observe(aws, &ask).await?;
                        Ok(found.into_iter().map(|found| Found {
                            address: found.address,
                            live: <$kind as Member>::wrap(found.live),
                            ownership: found.ownership,
                            listed: found.listed,
                        }).collect())
                    }));
                })*
                let seen = futures::future::try_join_all(reads).await?;
                snapshot.extend(seen.into_iter().flatten());
            }
            Ok(snapshot)
        }
    };
}

/// The last wave of discovery.
pub(crate) const WAVES: u8 = 2;
